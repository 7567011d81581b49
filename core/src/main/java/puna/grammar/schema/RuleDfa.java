package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import puna.error.GrammarException;
import puna.grammar.Expression;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.Work;

/// A rule without references as an automaton: Thompson's construction, then subsets.
final class RuleDfa {
  private static final int MOST_NFA_STATES = 20_000;
  private static final long MOST_WORK = 20_000_000;

  private final List<List<Edge>> edges = new ArrayList<>();
  private final List<List<Integer>> silent = new ArrayList<>();
  private final Map<Integer, BitSet> closures = new HashMap<>();
  private long work;

  RuleDfa() {}

  record Edge(int first, int last, int target) {}

  /// @throws GrammarException when it would be too large
  static Dfa of(Rule rule) {
    RuleDfa nfa = new RuleDfa();
    int start = nfa.state();
    int end = nfa.add(rule, start);
    return nfa.determinized(start, end).minimized();
  }

  /// The texts of an expression that looks around.
  ///
  /// @param search whether it may match anywhere in the text
  /// @throws GrammarException when it would be too large
  static Dfa of(Expression expression, boolean search) {
    return new LookDfa(true).texts(expression, search, search);
  }

  int state() {
    if (edges.size() >= MOST_NFA_STATES) {
      throw new GrammarException("the expression is too large to be kept");
    }
    edges.add(new ArrayList<>());
    silent.add(new ArrayList<>());
    return edges.size() - 1;
  }

  List<Edge> edges(int state) {
    return edges.get(state);
  }

  List<Integer> silent(int state) {
    return silent.get(state);
  }

  void skip(int from, int to) {
    silent.get(from).add(to);
  }

  int add(Rule rule, int from) {
    return switch (rule) {
      case Literal(String text) -> {
        int state = from;
        for (int c : text.codePoints().toArray()) {
          int next = state();
          edges.get(state).add(new Edge(c, c, next));
          state = next;
        }
        yield state;
      }
      case CharacterSet(List<Integer> ranges) -> {
        int next = state();
        for (int i = 0; i < ranges.size(); i += 2) {
          edges.get(from).add(new Edge(ranges.get(i), ranges.get(i + 1), next));
        }
        yield next;
      }
      case Sequence(List<Rule> parts) -> {
        int state = from;
        for (Rule part : parts) {
          state = add(part, state);
        }
        yield state;
      }
      case Choice(List<Rule> options) -> {
        int end = state();
        for (Rule option : options) {
          int start = state();
          silent.get(from).add(start);
          silent.get(add(option, start)).add(end);
        }
        yield end;
      }
      case Repeat repeat -> repeat(repeat, from);
      case Reference _, Token _, Marks _, Rule.Spelled _, Rule.Asked _ ->
          throw new GrammarException("an expression has no " + rule);
    };
  }

  private int repeat(Repeat repeat, int from) {
    int state = from;
    for (int i = 0; i < repeat.minimum(); i++) {
      state = add(repeat.body(), state);
    }
    int end = state();
    if (repeat.maximum() == Repeat.UNBOUNDED) {
      int loop = state();
      silent.get(state).add(loop);
      silent.get(add(repeat.body(), loop)).add(loop);
      silent.get(loop).add(end);
      return end;
    }
    for (int i = repeat.minimum(); i < repeat.maximum(); i++) {
      silent.get(state).add(end);
      state = add(repeat.body(), state);
    }
    silent.get(state).add(end);
    return end;
  }

  private Dfa determinized(int start, int end) {
    Map<BitSet, Integer> numbers = new HashMap<>();
    ArrayDeque<BitSet> open = new ArrayDeque<>();
    DfaBuilder builder = new DfaBuilder();
    BitSet first = new BitSet();
    close(start, first);
    numbers.put(first, 0);
    open.add(first);
    while (!open.isEmpty()) {
      BitSet states = open.remove();
      builder.begin(states.get(end));
      List<Edge> out = new ArrayList<>();
      states.stream().forEach(state -> out.addAll(edges.get(state)));
      int[] cuts =
          out.stream()
              .flatMapToInt(edge -> IntStream.of(edge.first(), edge.last() + 1))
              .sorted()
              .distinct()
              .toArray();
      BitSet[] targets = targets(out, cuts);
      for (int i = 0; i + 1 < cuts.length; i++) {
        if (!targets[i].isEmpty()) {
          Integer number = numbers.get(targets[i]);
          if (number == null) {
            number = numbers.size();
            Dfa.checkSize(number);
            numbers.put(targets[i], number);
            open.add(targets[i]);
          }
          builder.edge(cuts[i], cuts[i + 1] - 1, number);
        }
      }
    }
    return builder.build();
  }

  /// Where the edges lead from each cut up to the next one.
  private BitSet[] targets(List<Edge> out, int[] cuts) {
    BitSet[] targets = new BitSet[cuts.length];
    Arrays.setAll(targets, _ -> new BitSet());
    for (Edge edge : out) {
      BitSet reached = closed(edge.target());
      int from = Arrays.binarySearch(cuts, edge.first());
      for (int i = from; cuts[i] <= edge.last(); i++) {
        targets[i].or(reached);
        work += 1 + reached.length() / 64;
      }
    }
    Work.spend(out.size() + cuts.length);
    if (work > MOST_WORK) {
      throw new GrammarException("the expression takes too long to be made deterministic");
    }
    return targets;
  }

  private BitSet closed(int state) {
    BitSet known = closures.get(state);
    if (known == null) {
      known = new BitSet();
      close(state, known);
      closures.put(state, known);
    }
    return known;
  }

  private void close(int state, BitSet into) {
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(state);
    while (!open.isEmpty()) {
      int next = open.remove();
      if (!into.get(next)) {
        into.set(next);
        open.addAll(silent.get(next));
        work++;
      }
    }
  }
}
