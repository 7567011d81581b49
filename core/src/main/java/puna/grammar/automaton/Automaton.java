package puna.grammar.automaton;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.grammar.Grammar;
import puna.grammar.Rule.Token;

/// A pushdown automaton over the bytes of UTF-8 that reads what a grammar allows, all ways at once.
///
/// Its network never changes. Its states are found as texts come to them and then known to all
/// threads.
public final class Automaton {
  private final Network network;
  private final StateTable table = new StateTable();
  private final State dead;
  private volatile @Nullable Start start;

  Automaton(Grammar grammar) {
    this.network = NetworkBuilder.build(grammar);
    this.dead = closure().state();
  }

  public Network network() {
    return network;
  }

  public State dead() {
    return dead;
  }

  public StateTable table() {
    return table;
  }

  public State start() {
    Start known = start;
    if (known == null || known.generation != table.generation()) {
      Closure closure = closure();
      closure.addCall(0, table.frame(new int[] {Frame.ACCEPT}, new Frame[1]));
      known = new Start(closure.state(), table.generation());
      start = known;
    }
    return known.state;
  }

  /// A state of nodes that all have one frame, without what they reach.
  public State state(int[] nodes, Frame frame) {
    Frame[] frames = new Frame[nodes.length];
    Arrays.fill(frames, frame);
    boolean hasTokens = Arrays.stream(nodes).anyMatch(node -> !network.tokens.isEmpty(node));
    return table.state(
        new State(
            new State.Items(nodes, frames),
            new State.Ending(false, false, List.of()),
            hasTokens,
            network.classes));
  }

  public Closure closure() {
    return new Closure(network, table);
  }

  /// The state after a byte, which is dead where the byte may not come.
  public State step(State state, int value) {
    return stepClass(state, network.classOf[value & 0xFF]);
  }

  public State stepClass(State state, int byteClass) {
    if (state.isStuck()) {
      return dead;
    }
    State next = state.next(byteClass);
    return next == null ? find(state, byteClass) : next;
  }

  /// Finds the state for the classes around `byteClass` too, as far as all edges treat them alike.
  private State find(State state, int byteClass) {
    Closure closure = null;
    Edges.ByNode bytes = network.bytes;
    int first = 0;
    int last = network.classes - 1;
    for (int i = 0; i < state.nodes.length; i++) {
      int node = state.nodes[i];
      for (int e = bytes.start(node); e < bytes.end(node); e++) {
        int from = bytes.get(e, 0);
        int to = bytes.get(e, 1);
        if (to < byteClass) {
          first = Math.max(first, to + 1);
        } else if (from > byteClass) {
          last = Math.min(last, from - 1);
        } else {
          first = Math.max(first, from);
          last = Math.min(last, to);
          closure = closure == null ? closure() : closure;
          closure.add(bytes.get(e, 2), state.frames[i]);
        }
      }
    }
    State next = closure == null ? dead : closure.state();
    for (int c = first; c <= last; c++) {
      state.setNext(c, next);
    }
    return next;
  }

  /// The state after a plain character, or null where it depends on which one. Where none may come
  /// it is dead.
  public @Nullable State stepPlain(State state) {
    return step(state, network.plain, state.plain());
  }

  /// The same for the characters beyond ASCII.
  public @Nullable State stepBeyondAscii(State state) {
    return step(state, network.beyondAscii, state.beyondAscii());
  }

  /// How many plain characters of some kinds may come from a state, whichever they are, without
  /// leaving the base of a relative state on the way; no more than `most` are looked for.
  ///
  /// @param kinds see [PlainText]
  public int run(State start, int kinds, int most) {
    State state = start;
    for (int count = 0; count < most; count++) {
      State next = stepKinds(state, kinds);
      if (next == null || next.isDead() || next.leaves()) {
        return count;
      }
      if (next.equals(state)) {
        return most;
      }
      state = next;
    }
    return most;
  }

  /// The state after a character of any of these kinds, or null where it depends on which one.
  private @Nullable State stepKinds(State state, int kinds) {
    State common = null;
    for (int rest = kinds; rest != 0; rest &= rest - 1) {
      int kind = Integer.numberOfTrailingZeros(rest);
      State next = kind < PlainText.kinds() ? stepKind(state, kind) : stepBeyondAscii(state);
      if (next == null || common != null && !next.equals(common)) {
        return null;
      }
      common = next;
    }
    return common;
  }

  private @Nullable State stepKind(State state, int kind) {
    State.Next known = state.kind(kind);
    if (known.state == null && !known.differs) {
      String bytes = PlainText.bytes(kind);
      State first = step(state, bytes.charAt(0));
      boolean same = true;
      for (int i = 1; i < bytes.length() && same; i++) {
        same = step(state, bytes.charAt(i)).equals(first);
      }
      known.differs = !same;
      known.state = same ? first : null;
    }
    return known.state;
  }

  private @Nullable State step(State state, CharacterEdges edges, State.Next next) {
    if (next.state == null && !next.differs) {
      State found = state.isStuck() ? dead : find(state, edges);
      next.differs = found == null;
      next.state = found;
    }
    return next.state;
  }

  private @Nullable State find(State state, CharacterEdges edges) {
    for (int node : state.nodes) {
      if (edges.differs(node)) {
        return null;
      }
    }
    Closure closure = closure();
    Edges.ByNode targets = edges.targets();
    for (int i = 0; i < state.nodes.length; i++) {
      for (int e = targets.start(state.nodes[i]); e < targets.end(state.nodes[i]); e++) {
        closure.add(targets.get(e, 0), state.frames[i]);
      }
    }
    return closure.state();
  }

  /// The state after all bytes, or a dead one.
  public State step(State state, byte[] bytes) {
    State at = state;
    for (int i = 0; i < bytes.length && !at.isDead(); i++) {
      at = step(at, bytes[i]);
    }
    return at;
  }

  /// The state after a token that is read as its bytes or as one of the tokens that the grammar
  /// names.
  ///
  /// @param isNamed true for the token references that the token is meant by
  public State stepToken(State state, byte[] bytes, TokenTest isNamed) {
    State byBytes = bytes.length == 0 ? dead : step(state, bytes);
    if (!state.hasTokens) {
      return byBytes;
    }
    Closure closure = closure();
    Edges.ByNode tokens = network.tokens;
    for (int i = 0; i < state.nodes.length; i++) {
      int node = state.nodes[i];
      for (int e = tokens.start(node); e < tokens.end(node); e++) {
        if (isNamed.test(tokens.get(e, 0))) {
          closure.add(tokens.get(e, 1), state.frames[i]);
        }
      }
    }
    return union(closure, byBytes);
  }

  private static State union(Closure closure, State other) {
    for (int i = 0; i < other.nodes.length; i++) {
      closure.add(other.nodes[i], other.frames[i]);
    }
    other.ending.demands().forEach(closure::demand);
    if (other.ending.accepts()) {
      closure.accept();
    }
    return closure.state();
  }

  public Token tokenReference(int number) {
    return network.tokenReferences.get(number);
  }

  /// Whether a token is meant by a token reference of the network.
  public interface TokenTest {
    boolean test(int reference);
  }

  private record Start(State state, long generation) {}
}
