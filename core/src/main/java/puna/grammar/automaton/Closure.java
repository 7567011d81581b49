package puna.grammar.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.Rule.Marks;

/// Finds the state of a set of nodes: follows all edges that take no byte.
///
/// A grammar's rules are graphs that call each other, and a text is read in all ways at once. An
/// item is a node with its frame, the stack of calls that it is in. What Earley's algorithm does
/// between two characters is done here between two bytes: *predict*, which enters the rules that
/// are called at a node, and *complete*, which goes on behind a call when its rule ends. Stacks are
/// not copied: calls of one rule at one place of the text share one frame, whose parents are the
/// frames of all callers, as in the graph-structured stack of GLR and GLL parsers.
///
/// First everything that older frames reach, through returns as well. Then the called rules, each
/// after all that can call it at its left edge: frames are compared by value and never change, so
/// that a rule's frame has to have all its callers when it is made. There is such an order, since
/// left recursion is refused. Two shortcuts:
///
/// - a called rule that may be empty is passed over at the call, so that no rule has to be
///   completed at the place where it began;
/// - a call behind which its own rule ends takes over that rule's returns instead of a frame below
///   them, so that right recursion makes no stack.
///
/// Cost: each item is looked at once, with its edges. At most one frame a rule (and set of marks)
/// is added at a place, so that items at a place grow with the length of the text, however many
/// readings it has; beyond 100,000 the text is given up. Most bytes cost nothing of this: a state
/// remembers the next one for each class of bytes.
///
/// Sources: Earley, "An Efficient Context-Free Parsing Algorithm", 1970; Tomita, "Efficient Parsing
/// for Natural Language", 1986 (shared stacks); Aycock and Horspool, "Practical Earley Parsing",
/// 2002 (rules that may be empty); Leo, "A General Context-Free Parsing Algorithm Running in Linear
/// Time on Every LR(k) Grammar Without Using Lookahead", 1991 (right recursion).
public final class Closure {
  private static final int MOST_ITEMS = 100_000;

  private final Network network;
  private final StateTable table;
  private final ItemSet seen = new ItemSet();
  private final Map<Integer, Callers> callers = new HashMap<>(4);
  private final PriorityQueue<Callers> called =
      new PriorityQueue<>((a, b) -> Integer.compare(a.order, b.order));
  private int[] kept = new int[8]; // places in `seen`
  private int keptCount;
  private List<Integer> demands = List.of();
  private boolean accepts;
  private boolean leaves;
  private boolean hasTokens;

  Closure(Network network, StateTable table) {
    this.network = network;
    this.table = table;
  }

  void add(int node, Frame frame) {
    if (network.live[node]) {
      seen.add(node, frame);
    }
  }

  /// As a return through `frame`.
  public void addReturns(Frame frame) {
    for (int i = 0; i < frame.returns.length; i++) {
      Frame parent = frame.parents[i];
      if (parent != null) {
        add(frame.returns[i], parent);
      } else {
        accepts |= frame.returns[i] == Frame.ACCEPT;
        leaves |= frame.returns[i] == Frame.LEAVE;
      }
    }
  }

  void demand(int number) {
    if (!demands.contains(number)) {
      List<Integer> more = new ArrayList<>(demands);
      more.add(number);
      more.sort(null);
      demands = List.copyOf(more);
    }
  }

  void accept() {
    accepts = true;
  }

  void addCall(int rule, Frame frame) {
    add(network.entries[rule], frame);
  }

  public State state() {
    int done = 0;
    while (true) {
      while (done < seen.size()) {
        visit(done++);
      }
      Callers next = called.poll();
      if (next == null) {
        break;
      }
      callers.remove(next.rule);
      addCall(next.rule, next.frame(table));
    }
    return table.state(
        new State(
            sorted(), new State.Ending(accepts, leaves, demands), hasTokens, network.classes));
  }

  private void visit(int place) {
    if (place > MOST_ITEMS) {
      throw new GrammarException(
          "the grammar is too ambiguous: more than %s ways to read the text".formatted(MOST_ITEMS));
    }
    int node = seen.node(place);
    Frame frame = seen.frame(place);
    if (network.reads[node]) {
      keep(place, node);
    }
    if (network.demandAt.length > 0 && network.demandAt[node] >= 0) {
      demand(network.demandAt[node]);
    }
    for (int e = network.skips.start(node); e < network.skips.end(node); e++) {
      add(network.skips.get(e, 0), frame);
    }
    for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
      Marks marks = network.markSets.get(network.marks.get(e, 0));
      if (marks.allows(frame.marks)) {
        add(network.marks.get(e, 1), table.marked(frame, marks.added()));
      }
    }
    if (network.isEnd[node]) {
      addReturns(frame);
    }
    for (int e = network.calls.start(node); e < network.calls.end(node); e++) {
      call(network.calls.get(e, 0), network.calls.get(e, 1), frame);
    }
  }

  private void keep(int place, int node) {
    if (keptCount == kept.length) {
      kept = Arrays.copyOf(kept, 2 * keptCount);
    }
    kept[keptCount++] = place;
    hasTokens |= !network.tokens.isEmpty(node);
  }

  private void call(int rule, int returnTo, Frame frame) {
    if (!network.live[network.entries[rule]] || !network.live[returnTo]) {
      return;
    }
    if (network.nullable[rule]) {
      add(returnTo, frame);
    }
    Callers list = callers.get(rule);
    if (list == null) {
      list = new Callers(rule, network.order[rule]);
      callers.put(rule, list);
      called.add(list);
    }
    if (network.isEnd[network.throughSkips(returnTo)]) {
      list.addAll(frame);
    } else {
      list.add(returnTo, frame);
    }
  }

  private State.Items sorted() {
    Integer[] places = new Integer[keptCount];
    for (int i = 0; i < keptCount; i++) {
      places[i] = kept[i];
    }
    Arrays.sort(
        places,
        (a, b) -> {
          int byNode = Integer.compare(seen.node(a), seen.node(b));
          return byNode != 0 ? byNode : Long.compare(seen.frame(a).number, seen.frame(b).number);
        });
    int[] nodes = new int[keptCount];
    Frame[] frames = new Frame[keptCount];
    for (int i = 0; i < keptCount; i++) {
      nodes[i] = seen.node(places[i]);
      frames[i] = seen.frame(places[i]);
    }
    return new State.Items(nodes, frames);
  }

  /// The calls of one rule at this place of the text.
  private static final class Callers {
    private final int rule;
    private final int order;
    private final List<Caller> all = new ArrayList<>();

    Callers(int rule, int order) {
      this.rule = rule;
      this.order = order;
    }

    void add(int returnTo, @Nullable Frame frame) {
      all.add(new Caller(returnTo, frame));
    }

    void addAll(Frame frame) {
      for (int i = 0; i < frame.returns.length; i++) {
        add(frame.returns[i], frame.parents[i]);
      }
    }

    Frame frame(StateTable table) {
      all.sort(Callers::compare);
      int count = 0;
      for (int i = 0; i < all.size(); i++) {
        if (count == 0 || compare(all.get(count - 1), all.get(i)) != 0) {
          all.set(count++, all.get(i));
        }
      }
      int[] returns = new int[count];
      @Nullable Frame[] parents = new Frame[count];
      for (int i = 0; i < count; i++) {
        returns[i] = all.get(i).returnTo;
        parents[i] = all.get(i).frame;
      }
      return table.frame(returns, parents);
    }

    private static int compare(Caller a, Caller b) {
      int byNode = Integer.compare(a.returnTo, b.returnTo);
      return byNode != 0 ? byNode : Long.compare(Frame.number(a.frame), Frame.number(b.frame));
    }

    private record Caller(int returnTo, @Nullable Frame frame) {}
  }
}
