package puna.grammar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// A rule split by what its matches ask of their surroundings, which is how anchors get into a
/// grammar that has none.
///
/// `options.get(c)` are the matches under condition `c`, a sum of [#AT_START] (the match begins
/// where the text begins) and [#AT_END] (it ends where the text ends). Bit `c` of `empties` is set
/// where the empty match is among them.
record AnchoredRule(List<List<Rule>> options, int empties) {
  private static final int AT_START = 1;
  private static final int AT_END = 2;
  private static final int CONDITIONS = 4;

  /// The largest bound of a repetition whose body has an anchor: it is written out.
  static final int MOST_ANCHORED_TIMES = 32;

  static final AnchoredRule EMPTY = plain(new Literal(""));
  static final AnchoredRule START = anchor(AT_START);
  static final AnchoredRule END = anchor(AT_END);

  static AnchoredRule plain(Rule rule) {
    List<List<Rule>> options = noOptions();
    options.set(0, List.of(rule));
    return new AnchoredRule(options, Rules.isNullable(rule) ? 1 : 0);
  }

  private static AnchoredRule anchor(int condition) {
    List<List<Rule>> options = noOptions();
    options.set(condition, List.of(new Literal("")));
    return new AnchoredRule(options, 1 << condition);
  }

  private static List<List<Rule>> noOptions() {
    return new ArrayList<>(Collections.nCopies(CONDITIONS, List.of()));
  }

  static AnchoredRule choice(List<AnchoredRule> rules) {
    if (rules.size() == 1) {
      return rules.getFirst();
    }
    List<List<Rule>> options = noOptions();
    int empties = 0;
    for (int condition = 0; condition < CONDITIONS; condition++) {
      List<Rule> all = new ArrayList<>();
      for (AnchoredRule rule : rules) {
        all.addAll(rule.options.get(condition));
      }
      options.set(condition, all.size() > 1 ? List.of(new Choice(all)) : all);
    }
    for (AnchoredRule rule : rules) {
      empties |= rule.empties;
    }
    return new AnchoredRule(options, empties);
  }

  /// True where no condition is asked.
  boolean isPlain() {
    return options.get(AT_START).isEmpty()
        && options.get(AT_END).isEmpty()
        && options.get(AT_START | AT_END).isEmpty();
  }

  boolean isAnchor() {
    return equals(START) || equals(END);
  }

  /// What the text must be for the rule to match it as a whole.
  Rule whole() {
    List<Rule> all = new ArrayList<>();
    options.forEach(all::addAll);
    return all.size() == 1 ? all.getFirst() : new Choice(all);
  }

  /// What the text must be for the rule to match somewhere in it.
  Rule search() {
    Rule anything = new Repeat(CodePoints.any().toSet(), 0, Repeat.UNBOUNDED);
    List<Rule> all = new ArrayList<>();
    for (int condition = 0; condition < CONDITIONS; condition++) {
      for (Rule option : options.get(condition)) {
        List<Rule> parts = new ArrayList<>();
        if ((condition & AT_START) == 0) {
          parts.add(anything);
        }
        parts.add(option);
        if ((condition & AT_END) == 0) {
          parts.add(anything);
        }
        all.add(parts.size() == 1 ? option : new Sequence(parts));
      }
    }
    return all.size() == 1 ? all.getFirst() : new Choice(all);
  }

  /// This and then `next`. Where one side asks for an edge of the text between the two, the other
  /// can match only emptily.
  AnchoredRule then(AnchoredRule next) {
    List<List<Rule>> joined = new ArrayList<>();
    for (int i = 0; i < CONDITIONS; i++) {
      joined.add(new ArrayList<>());
    }
    int empty = 0;
    for (int before = 0; before < CONDITIONS; before++) {
      for (int after = 0; after < CONDITIONS; after++) {
        if ((before & AT_END) == 0 && (after & AT_START) == 0) {
          concatenate(joined.get(before | after), options.get(before), next.options.get(after));
        }
        if (isEmpty(empties, before) && isEmpty(next.empties, after)) {
          empty |= 1 << (before | after);
        }
      }
    }
    for (int condition = 0; condition < CONDITIONS; condition++) {
      if ((condition & AT_START) != 0) {
        addBesideEmpty(joined.get(condition), next.options.get(condition), empties, AT_START);
      }
      if ((condition & AT_END) != 0) {
        addBesideEmpty(joined.get(condition), options.get(condition), next.empties, AT_END);
      }
      if (isEmpty(empty, condition)) {
        joined.get(condition).add(new Literal(""));
      }
    }
    return new AnchoredRule(joined.stream().map(AnchoredRule::one).toList(), empty);
  }

  /// Adds `rule`, which asks for an edge of the text, where its neighbour at that edge matches
  /// emptily and asks for nothing else.
  private static void addBesideEmpty(
      List<Rule> into, List<Rule> rule, int neighbourEmpties, int edge) {
    if (isEmpty(neighbourEmpties, 0) || isEmpty(neighbourEmpties, edge)) {
      into.addAll(rule);
    }
  }

  private static void concatenate(List<Rule> into, List<Rule> before, List<Rule> after) {
    for (Rule first : before) {
      for (Rule second : after) {
        into.add(Rules.sequence(first, second));
      }
    }
  }

  private static List<Rule> one(List<Rule> options) {
    return options.size() > 1 ? List.of(new Choice(options.stream().distinct().toList())) : options;
  }

  private static boolean isEmpty(int empties, int condition) {
    return (empties >>> condition & 1) != 0;
  }

  AnchoredRule repeat(int minimum, int maximum) {
    if (isPlain()) {
      return plain(new Repeat(whole(), minimum, maximum));
    }
    AnchoredRule result = EMPTY;
    for (int i = 0; i < minimum; i++) {
      result = result.then(this);
    }
    AnchoredRule optional = choice(List.of(EMPTY, this));
    if (maximum != Repeat.UNBOUNDED) {
      for (int i = minimum; i < maximum; i++) {
        result = result.then(optional);
      }
      return result;
    }
    // only the first and the last can meet an edge of the text without being empty
    List<Rule> inner = options.get(0);
    AnchoredRule middle =
        inner.isEmpty() ? EMPTY : plain(new Repeat(inner.getFirst(), 0, Repeat.UNBOUNDED));
    return result.then(optional).then(middle).then(optional);
  }
}
