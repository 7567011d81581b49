package puna.grammar.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Demand;
import puna.grammar.Rule;
import puna.grammar.Rule.Asked;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Words;
import puna.grammar.schema.ArrayShape.Counted;
import puna.grammar.schema.ArrayShape.Limits;
import puna.grammar.schema.Predicate.Claim;
import puna.json.JsonValue;

/// Arrays as rules: one for each index and count that the rest of the array depends on.
final class ArrayRules {
  /// Different values whose order is free where they may not repeat: each doubles the rules.
  private static final int MOST_FREE = 8;

  private final Values values;

  ArrayRules(Values values) {
    this.values = values;
  }

  Rule rule(ArrayShape shape) {
    if (shape.minimum() > shape.maximum()) {
      return Simplifier.NOTHING;
    }
    if (shape.unique().isEmpty()) {
      return Simplifier.sequence(List.of(new Literal("["), new Counting(shape).rule()));
    }
    Optional<Rule> remembered = remembered(shape);
    return remembered.isPresent()
        ? remembered.get()
        : Simplifier.sequence(List.of(new Literal("["), new Distinct(shape).rule()));
  }

  /// Different strings, or different numbers: those that came are kept beside the rules.
  private Optional<Rule> remembered(ArrayShape shape) {
    if (shape.uniformFrom() > 0 || !shape.counters().isEmpty()) {
      return Optional.empty();
    }
    for (Kind kind : List.of(Kind.STRING, Kind.NUMBER)) {
      Optional<Dfa> texts = values.texts(shape.claims(0), kind);
      if (texts.isPresent() && texts.get().words(MOST_FREE).isEmpty()) {
        Words words = new DfaWords(texts.get());
        Demand.Kind demanded = kind == Kind.STRING ? Demand.Kind.STRINGS : Demand.Kind.NUMBERS;
        Rule element =
            kind == Kind.STRING
                ? values.textRules().string(texts.get())
                : values.textRules().texts(texts.get());
        return Optional.of(
            words.count(0) < shape.minimum()
                ? Simplifier.NOTHING
                : differing(shape, new Demand(demanded, Optional.of(words)), element));
      }
    }
    return Optional.empty();
  }

  private Rule differing(ArrayShape shape, Demand demand, Rule element) {
    return Simplifier.sequence(
        List.of(new Literal("["), new Asked(demand), elements(shape, element)));
  }

  private Rule elements(ArrayShape shape, Rule element) {
    int least = Math.max(0, shape.minimum() - 1);
    int most = shape.maximum() == Integer.MAX_VALUE ? Repeat.UNBOUNDED : shape.maximum() - 1;
    Rule more = Simplifier.repeat(values.layout().part(false, element), least, most);
    Rule some = Simplifier.sequence(List.of(values.layout().part(true, element), more, close(1)));
    return shape.minimum() > 0 ? some : Simplifier.choice(List.of(close(0), some));
  }

  private Rule close(int index) {
    return values.layout().close(index == 0, "]");
  }

  /// @param counts of each counter, as far as they matter
  private record State(int index, List<Integer> counts) {}

  /// Elements are counted where something depends on it.
  private final class Counting {
    private final ArrayShape shape;
    private final List<Counted> counted;
    private final List<Limits> limits;
    private final int uniform;
    private final OpenRules<State> rules = new OpenRules<>(values.table(), "array");

    Counting(ArrayShape shape) {
      this.shape = shape;
      this.counted = List.copyOf(shape.counters().keySet());
      this.limits = List.copyOf(shape.counters().values());
      this.uniform = Math.max(1, shape.uniformFrom());
      for (Limits limit : limits) {
        if (limit.least() > ArrayShape.LARGEST) {
          throw new GrammarException(
              "minContains: at most %s can be asked for".formatted(ArrayShape.LARGEST));
        }
      }
    }

    Rule rule() {
      State first = new State(0, Collections.nCopies(counted.size(), 0));
      Rule start = rules.name(first);
      rules.writeAll(this::body);
      return start;
    }

    private boolean isSettled(State state) {
      for (int i = 0; i < limits.size(); i++) {
        Limits limit = limits.get(i);
        if (limit.most() != Integer.MAX_VALUE || state.counts().get(i) < limit.least()) {
          return false;
        }
      }
      return state.index() >= uniform;
    }

    private Rule body(State state) {
      int index = state.index();
      if (isSettled(state)) {
        int least = Math.max(0, shape.minimum() - index);
        int most =
            shape.maximum() == Integer.MAX_VALUE ? Repeat.UNBOUNDED : shape.maximum() - index;
        Rule element = values.layout().part(false, values.value(shape.claims(uniform)));
        return Simplifier.sequence(List.of(Simplifier.repeat(element, least, most), close(index)));
      }
      List<Rule> options = new ArrayList<>();
      if (index >= shape.minimum() && isEnough(state)) {
        options.add(close(index));
      }
      if (index < shape.maximum()) {
        addElements(state, 0, shape.claims(index), new ArrayList<>(), options);
      }
      return Simplifier.choice(options);
    }

    private boolean isEnough(State state) {
      for (int i = 0; i < limits.size(); i++) {
        if (state.counts().get(i) < limits.get(i).least()) {
          return false;
        }
      }
      return true;
    }

    /// The next element, which each counter counts or does not.
    private void addElements(
        State state, int counter, Set<Claim> claims, List<Integer> counts, List<Rule> options) {
      if (counter == counted.size()) {
        int index = state.index() + 1;
        int cap = Math.max(uniform, shape.minimum());
        int next = shape.maximum() == Integer.MAX_VALUE ? Math.min(index, cap) : index;
        Rule element = values.layout().part(state.index() == 0, values.value(claims));
        Rule rest = rules.name(new State(next, List.copyOf(counts)));
        options.add(Simplifier.sequence(List.of(element, rest)));
        return;
      }
      Limits limit = limits.get(counter);
      Claim claim = counted.get(counter).claim();
      int count = state.counts().get(counter);
      boolean bounded = limit.most() != Integer.MAX_VALUE;
      boolean inRange = state.index() >= counted.get(counter).from();
      boolean done = !bounded && count >= limit.least();
      if (inRange && !done && count < limit.most()) {
        branch(state, counter, with(claims, claim), with(counts, count + 1), options);
      }
      Set<Claim> rest = inRange && bounded ? with(claims, claim.not()) : claims;
      branch(state, counter, rest, with(counts, count), options);
    }

    private void branch(
        State state, int counter, Set<Claim> claims, List<Integer> counts, List<Rule> options) {
      addElements(state, counter + 1, claims, counts, options);
    }

    private static Set<Claim> with(Set<Claim> claims, Claim claim) {
      Set<Claim> more = new LinkedHashSet<>(claims);
      more.add(claim);
      return more;
    }

    private static List<Integer> with(List<Integer> counts, int count) {
      List<Integer> more = new ArrayList<>(counts);
      more.add(count);
      return more;
    }
  }

  /// @param used the values that came, by bit; or how many of the values are behind in a fixed
  ///   order
  private record Used(int index, long used) {}

  /// Elements differ, and there are few values that they can have.
  private final class Distinct {
    private final ArrayShape shape;
    private final List<List<JsonValue>> allowed = new ArrayList<>();
    private final List<JsonValue> all;
    private final int uniform;
    private final boolean anyOrder;
    private final OpenRules<Used> rules = new OpenRules<>(values.table(), "set");

    Distinct(ArrayShape shape) {
      this.shape = shape;
      this.uniform = shape.uniformFrom();
      Set<JsonValue> different = new LinkedHashSet<>();
      int last = Math.min(uniform, shape.maximum() - 1);
      if (last > ArrayShape.LARGEST / 4) {
        throw refusal();
      }
      for (int index = 0; index <= last; index++) {
        allowed.add(values.finite(shape.claims(index)).orElseThrow(this::refusal));
        different.addAll(allowed.getLast());
      }
      this.all = List.copyOf(different);
      this.anyOrder = all.size() <= MOST_FREE;
      if (!shape.counters().isEmpty() || !anyOrder && uniform > 0) {
        throw refusal();
      }
    }

    private GrammarException refusal() {
      return new GrammarException(
          shape.unique().orElse("uniqueItems")
              + ": uniqueItems can only be kept where elements have few values");
    }

    Rule rule() {
      Rule start = rules.name(new Used(0, 0));
      rules.writeAll(this::body);
      return start;
    }

    private Rule body(Used state) {
      List<Rule> options = new ArrayList<>();
      int index = state.index();
      if (index >= shape.minimum()) {
        options.add(close(index));
      }
      if (index >= shape.maximum()) {
        return Simplifier.choice(options);
      }
      if (!anyOrder) {
        addInOrder(state, options);
        return Simplifier.choice(options);
      }
      for (JsonValue value : allowed.get(Math.min(index, allowed.size() - 1))) {
        int number = all.indexOf(value);
        if ((state.used() >>> number & 1) == 0) {
          options.add(element(state, value, state.used() | 1L << number));
        }
      }
      return Simplifier.choice(options);
    }

    private void addInOrder(Used state, List<Rule> options) {
      if (state.used() < all.size()) {
        options.add(element(state, all.get((int) state.used()), state.used() + 1));
        options.add(rules.name(new Used(state.index(), state.used() + 1)));
      }
    }

    private Rule element(Used state, JsonValue value, long used) {
      boolean bounded = shape.maximum() < all.size();
      int matters = bounded ? Integer.MAX_VALUE : Math.max(1, Math.max(uniform, shape.minimum()));
      Rule element = values.layout().part(state.index() == 0, values.exactly(value));
      Rule rest = rules.name(new Used(Math.min(matters, state.index() + 1), used));
      return Simplifier.sequence(List.of(element, rest));
    }
  }
}
