package puna.grammar.schema;

import java.util.ArrayList;
import java.util.List;
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

/// A rule without references as an automaton: Thompson's construction, then subsets.
final class RuleDfa {
  private static final int MOST_NFA_STATES = 20_000;

  private final List<List<Edge>> edges = new ArrayList<>();
  private final List<List<Integer>> silent = new ArrayList<>();

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

  int size() {
    return edges.size();
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
    return new Subsets(this, end).from(start);
  }
}
