package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import puna.error.GrammarException;
import puna.grammar.Expression;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Repeat;
import puna.grammar.Work;

/// Expressions that look around, as automata: subsets of threads, each with what the rest of the
/// text still has to be.
///
/// A lookahead is an automaton that a thread carries along from where it looked; a lookbehind is
/// one that runs beside all threads from the text's beginning.
final class LookDfa {
  private static final int MOST_THREADS = 400_000;
  private static final Rule ANYTHING =
      new Repeat(new CharacterSet(List.of(0, Dfa.LAST_CODE_POINT)), 0, Repeat.UNBOUNDED);

  private final boolean atStart;
  private final RuleDfa nfa = new RuleDfa();
  private final Map<Integer, List<Guard>> guards = new HashMap<>();
  private final List<Dfa> behind = new ArrayList<>();
  private final List<Dfa> ahead = new ArrayList<>();
  private int threads;

  /// @param atStart whether the expression begins where the text begins
  LookDfa(boolean atStart) {
    this.atStart = atStart;
  }

  private enum Kind {
    START,
    AHEAD,
    BEHIND
  }

  /// A way that is open where something holds.
  ///
  /// @param inside the number of an automaton, that for the text's first place in AHEAD
  /// @param later the same for other places
  private record Guard(int target, Kind kind, int inside, int later, boolean negative) {}

  /// @param owed state by lookahead: what the rest of the text must be
  private record Run(int state, Map<Integer, Integer> owed) {}

  private record Position(boolean first, List<Integer> behind, Set<Run> threads) {}

  Dfa texts(Expression expression, boolean before, boolean after) {
    int start = nfa.state();
    int begin = before ? nfa.add(ANYTHING, start) : start;
    int end = add(expression, begin);
    return determinized(start, after ? nfa.add(ANYTHING, end) : end).minimized();
  }

  private int add(Expression expression, int from) {
    return switch (expression) {
      case Expression.Plain(Rule rule) -> nfa.add(rule, from);
      case Expression.Start _ -> guarded(from, Kind.START, 0, 0, false);
      case Expression.End _ -> {
        int number = lookahead(Dfa.words(List.of("")));
        yield guarded(from, Kind.AHEAD, number, number, false);
      }
      case Expression.Sequence(List<Expression> parts) -> {
        int at = from;
        for (Expression part : parts) {
          at = add(part, at);
        }
        yield at;
      }
      case Expression.Choice(List<Expression> options) -> {
        int end = nfa.state();
        for (Expression option : options) {
          int begin = nfa.state();
          nfa.skip(from, begin);
          nfa.skip(add(option, begin), end);
        }
        yield end;
      }
      case Expression.Repeat repeat -> repeat(repeat, from);
      case Expression.Look look -> look(look, from);
    };
  }

  private int repeat(Expression.Repeat repeat, int from) {
    int at = from;
    for (int i = 0; i < repeat.minimum(); i++) {
      at = add(repeat.body(), at);
    }
    int end = nfa.state();
    if (repeat.maximum() == Repeat.UNBOUNDED) {
      int loop = nfa.state();
      nfa.skip(at, loop);
      nfa.skip(add(repeat.body(), loop), loop);
      nfa.skip(loop, end);
      return end;
    }
    for (int i = repeat.minimum(); i < repeat.maximum(); i++) {
      nfa.skip(at, end);
      at = add(repeat.body(), at);
    }
    nfa.skip(at, end);
    return end;
  }

  private int look(Expression.Look look, int from) {
    if (look.ahead()) {
      Dfa first = new LookDfa(true).texts(look.body(), false, true);
      Dfa other = new LookDfa(false).texts(look.body(), false, true);
      int inside = lookahead(look.negative() ? first.complement() : first);
      int later = lookahead(look.negative() ? other.complement() : other);
      return guarded(from, Kind.AHEAD, inside, later, false);
    }
    if (!atStart) {
      throw new GrammarException("a lookbehind or word boundary in a lookahead is not supported");
    }
    behind.add(new LookDfa(true).texts(look.body(), true, false));
    return guarded(from, Kind.BEHIND, behind.size() - 1, 0, look.negative());
  }

  private int lookahead(Dfa dfa) {
    ahead.add(dfa);
    return ahead.size() - 1;
  }

  private int guarded(int from, Kind kind, int inside, int later, boolean negative) {
    int target = nfa.state();
    guards
        .computeIfAbsent(from, _ -> new ArrayList<>())
        .add(new Guard(target, kind, inside, later, negative));
    return target;
  }

  private Dfa determinized(int start, int end) {
    Map<Position, Integer> numbers = new HashMap<>();
    ArrayDeque<Position> open = new ArrayDeque<>();
    DfaBuilder builder = new DfaBuilder();
    List<Integer> initial = new ArrayList<>();
    behind.forEach(_ -> initial.add(0));
    Position first = closed(new Position(atStart, initial, Set.of(new Run(start, Map.of()))));
    numbers.put(first, 0);
    open.add(first);
    while (!open.isEmpty()) {
      Position position = open.remove();
      builder.begin(accepts(position, end));
      Integer[] cuts = cuts(position).toArray(Integer[]::new);
      for (int i = 0; i < cuts.length; i++) {
        int last = i + 1 < cuts.length ? cuts[i + 1] - 1 : Dfa.LAST_CODE_POINT;
        Position next = closed(step(position, cuts[i]));
        if (next.threads().isEmpty()) {
          continue;
        }
        Integer number = numbers.get(next);
        if (number == null) {
          number = numbers.size();
          Dfa.checkSize(number);
          numbers.put(next, number);
          open.add(next);
        }
        builder.edge(cuts[i], last, number);
      }
    }
    return builder.build();
  }

  private boolean accepts(Position position, int end) {
    for (Run thread : position.threads()) {
      boolean paid = thread.state() == end;
      for (Map.Entry<Integer, Integer> owed : thread.owed().entrySet()) {
        paid &= ahead.get(owed.getKey() & 0xFFFF).accepts(owed.getValue());
      }
      if (paid) {
        return true;
      }
    }
    return false;
  }

  private SortedSet<Integer> cuts(Position position) {
    SortedSet<Integer> cuts = new TreeSet<>();
    cuts.add(0);
    for (Run thread : position.threads()) {
      for (RuleDfa.Edge edge : nfa.edges(thread.state())) {
        cuts.add(edge.first());
        cuts.add(edge.last() + 1);
      }
      thread.owed().forEach((number, state) -> addCuts(ahead.get(number & 0xFFFF), state, cuts));
    }
    for (int i = 0; i < behind.size(); i++) {
      addCuts(behind.get(i), position.behind().get(i), cuts);
    }
    cuts.remove(Dfa.LAST_CODE_POINT + 1);
    return cuts;
  }

  private static void addCuts(Dfa dfa, int state, Set<Integer> cuts) {
    if (state != Dfa.DEAD) {
      for (int start : dfa.starts(state)) {
        cuts.add(start);
      }
    }
  }

  private Position step(Position position, int codePoint) {
    List<Integer> next = new ArrayList<>();
    for (int i = 0; i < behind.size(); i++) {
      next.add(behind.get(i).next(position.behind().get(i), codePoint));
    }
    Set<Run> reached = new HashSet<>();
    for (Run thread : position.threads()) {
      Map<Integer, Integer> owed = new TreeMap<>();
      boolean possible = true;
      for (Map.Entry<Integer, Integer> debt : thread.owed().entrySet()) {
        possible &= owe(debt.getKey() & 0xFFFF, debt.getValue(), codePoint, owed);
      }
      for (RuleDfa.Edge edge : possible ? nfa.edges(thread.state()) : List.<RuleDfa.Edge>of()) {
        if (edge.first() <= codePoint && codePoint <= edge.last()) {
          reached.add(new Run(edge.target(), owed));
        }
      }
    }
    return new Position(false, next, reached);
  }

  private boolean owe(int number, int state, int codePoint, Map<Integer, Integer> owed) {
    Dfa dfa = ahead.get(number);
    int next = dfa.next(state, codePoint);
    return next != Dfa.DEAD && owe(number, next, owed);
  }

  /// Adds a debt that is not paid whatever comes; debts of one lookahead in different states are
  /// kept apart.
  private boolean owe(int number, int state, Map<Integer, Integer> owed) {
    Dfa dfa = ahead.get(number);
    if (dfa.isEmpty()) {
      return false;
    }
    if (!dfa.accepts(state) || dfa.targets(state).length != 1 || dfa.targets(state)[0] != state) {
      int key = number;
      while (owed.containsKey(key) && owed.getOrDefault(key, state) != state) {
        key += 0x10000;
      }
      owed.put(key, state);
    }
    return true;
  }

  private Position closed(Position position) {
    Set<Run> seen = new HashSet<>(position.threads());
    ArrayDeque<Run> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Run thread = open.remove();
      Work.spend(4);
      if (++threads > MOST_THREADS) {
        throw new GrammarException("what it looks at takes too long to be made deterministic");
      }
      for (int target : nfa.silent(thread.state())) {
        reach(new Run(target, thread.owed()), seen, open);
      }
      for (Guard guard : guards.getOrDefault(thread.state(), List.of())) {
        pass(guard, thread, position, seen, open);
      }
    }
    return new Position(position.first(), position.behind(), needed(seen));
  }

  private static void reach(Run thread, Set<Run> seen, ArrayDeque<Run> open) {
    if (seen.add(thread)) {
      open.add(thread);
    }
  }

  private void pass(
      Guard guard, Run thread, Position position, Set<Run> seen, ArrayDeque<Run> open) {
    switch (guard.kind()) {
      case START -> {
        if (position.first()) {
          reach(new Run(guard.target(), thread.owed()), seen, open);
        }
      }
      case BEHIND -> {
        int state = position.behind().get(guard.inside());
        boolean matches = state != Dfa.DEAD && behind.get(guard.inside()).accepts(state);
        if (matches != guard.negative()) {
          reach(new Run(guard.target(), thread.owed()), seen, open);
        }
      }
      case AHEAD -> {
        Map<Integer, Integer> owed = new TreeMap<>(thread.owed());
        if (owe(position.first() ? guard.inside() : guard.later(), 0, owed)) {
          reach(new Run(guard.target(), owed), seen, open);
        }
      }
    }
  }

  /// Without threads that owe more than another one at the same place.
  private static Set<Run> needed(Set<Run> threads) {
    Set<Integer> free = new HashSet<>();
    for (Run thread : threads) {
      if (thread.owed().isEmpty()) {
        free.add(thread.state());
      }
    }
    Set<Run> needed = new HashSet<>();
    for (Run thread : threads) {
      if (thread.owed().isEmpty() || !free.contains(thread.state())) {
        needed.add(thread);
      }
    }
    return needed;
  }
}
