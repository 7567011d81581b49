package puna.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.grammar.Rule.Token;

/// A pushdown automaton over the bytes of UTF-8 that reads what a grammar allows, all ways at once.
///
/// Its network never changes. Its states are found as texts come to them and then known to all
/// threads.
final class Automaton {
  private final Network network;
  private final StateTable table = new StateTable();
  private volatile @Nullable Start start;

  Automaton(Grammar grammar) {
    this.network = NetworkBuilder.build(grammar);
  }

  Network network() {
    return network;
  }

  StateTable table() {
    return table;
  }

  State start() {
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
  State state(int[] nodes, Frame frame) {
    Frame[] frames = new Frame[nodes.length];
    Arrays.fill(frames, frame);
    boolean hasTokens = Arrays.stream(nodes).anyMatch(node -> !network.tokens.isEmpty(node));
    return table.state(
        new State(
            new State.Items(nodes, frames),
            new State.Ending(false, false),
            hasTokens,
            network.classes));
  }

  Closure closure() {
    return new Closure(network, table);
  }

  /// The state after a byte, which is dead where the byte may not come.
  State step(State state, int value) {
    return stepClass(state, network.classOf[value & 0xFF]);
  }

  State stepClass(State state, int byteClass) {
    if (state.isStuck()) {
      return closure().state();
    }
    State next = state.next(byteClass);
    if (next == null) {
      next = find(state, byteClass);
      state.setNext(byteClass, next);
    }
    return next;
  }

  private State find(State state, int byteClass) {
    Closure closure = closure();
    Edges.ByNode bytes = network.bytes;
    for (int i = 0; i < state.nodes.length; i++) {
      int node = state.nodes[i];
      for (int e = bytes.start(node); e < bytes.end(node); e++) {
        if (bytes.get(e, 0) <= byteClass && byteClass <= bytes.get(e, 1)) {
          closure.add(bytes.get(e, 2), state.frames[i]);
        }
      }
    }
    return closure.state();
  }

  /// The state after all bytes, or a dead one.
  State step(State state, byte[] bytes) {
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
  State stepToken(State state, byte[] bytes, TokenTest isNamed) {
    State byBytes = bytes.length == 0 ? closure().state() : step(state, bytes);
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
    if (other.ending.accepts()) {
      closure.accept();
    }
    return closure.state();
  }

  Token tokenReference(int number) {
    return network.tokenReferences.get(number);
  }

  /// Whether a token is meant by a token reference of the network.
  interface TokenTest {
    boolean test(int reference);
  }

  private record Start(State state, long generation) {}
}
