package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import puna.error.GrammarException;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// A rule without references as an automaton: Thompson's construction, then subsets.
final class RuleDfa {
  private static final int MOST_NFA_STATES = 20_000;

  private final List<List<Edge>> edges = new ArrayList<>();
  private final List<List<Integer>> silent = new ArrayList<>();
  private long work;

  private RuleDfa() {}

  private record Edge(int first, int last, int target) {}

  /// @throws GrammarException when it would be too large
  static Dfa of(Rule rule) {
    RuleDfa nfa = new RuleDfa();
    int start = nfa.state();
    int end = nfa.add(rule, start);
    return nfa.determinized(start, end).minimized();
  }

  private int state() {
    if (edges.size() >= MOST_NFA_STATES) {
      throw new GrammarException("the expression is too large to be kept");
    }
    edges.add(new ArrayList<>());
    silent.add(new ArrayList<>());
    return edges.size() - 1;
  }

  private int add(Rule rule, int from) {
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
      case Reference _, Token _ -> throw new GrammarException("an expression has no " + rule);
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
      TreeSet<Integer> cuts = new TreeSet<>();
      for (Edge edge : out) {
        cuts.add(edge.first());
        cuts.add(edge.last() + 1);
      }
      Integer from = cuts.isEmpty() ? null : cuts.first();
      while (from != null) {
        Integer next = cuts.higher(from);
        if (next != null) {
          BitSet target = targets(out, from);
          if (!target.isEmpty()) {
            Integer number = numbers.get(target);
            if (number == null) {
              number = numbers.size();
              Dfa.checkSize(number);
              numbers.put(target, number);
              open.add(target);
            }
            builder.edge(from, next - 1, number);
          }
        }
        from = next;
      }
    }
    return builder.build();
  }

  private BitSet targets(List<Edge> out, int codePoint) {
    work += out.size();
    if (work > 20_000_000) {
      throw new GrammarException("the expression takes too long to be made deterministic");
    }
    BitSet target = new BitSet();
    for (Edge edge : out) {
      if (edge.first() <= codePoint && codePoint <= edge.last()) {
        close(edge.target(), target);
      }
    }
    return target;
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
