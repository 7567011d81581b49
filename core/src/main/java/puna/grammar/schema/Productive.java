package puna.grammar.schema;

import java.util.List;
import java.util.Set;
import puna.grammar.Rule;
import puna.grammar.Rule.Asked;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Spelled;
import puna.grammar.Rule.Token;

/// Which parts of a rule a finished text can use.
///
/// @param names of the rules that have a finished text
/// @param marks that can be set in the rule: what is asked for beside them cannot come
record Productive(Set<String> names, long marks) {
  private static final long ANY = -1;

  static Productive of(Rule rule, Set<String> names) {
    Productive whole = new Productive(names, ANY);
    return rule.hasMarks() ? new Productive(names, whole.added(rule)) : whole;
  }

  private long added(Rule rule) {
    if (!rule.hasMarks()) {
      return 0;
    }
    return switch (rule) {
      case Marks set -> set.added();
      case Sequence(List<Rule> parts) -> test(rule) ? addedByAny(parts) : 0;
      case Choice(List<Rule> options) -> addedByAny(options);
      case Repeat repeat -> added(repeat.body());
      case Literal _, CharacterSet _, Reference _, Token _, Spelled _, Asked _ -> 0;
    };
  }

  private long addedByAny(List<Rule> rules) {
    long added = 0;
    for (Rule rule : rules) {
      added |= added(rule);
    }
    return added;
  }

  /// True where a rule has a finished text.
  boolean test(Rule rule) {
    return switch (rule) {
      case Literal _, Token _, Spelled _, Asked _ -> true;
      case CharacterSet(List<Integer> ranges) -> !ranges.isEmpty();
      case Marks asked -> marks == ANY || canStillCome(asked) && (asked.present() & ~marks) == 0;
      case Sequence(List<Rule> parts) -> {
        for (Rule part : parts) {
          if (!test(part)) {
            yield false;
          }
        }
        yield true;
      }
      case Choice(List<Rule> options) -> {
        for (Rule option : options) {
          if (test(option)) {
            yield true;
          }
        }
        yield false;
      }
      case Repeat repeat -> repeat.minimum() == 0 || test(repeat.body());
      case Reference(String name) -> names.contains(name);
    };
  }

  /// Where it is asked whether something is still to come, it must be able to.
  private boolean canStillCome(Marks asked) {
    return asked.absent() == 0 || (asked.absent() & marks) != 0;
  }

  /// The rule without what no finished text can use.
  Rule pruned(Rule rule) {
    return isWhole(rule) ? rule : rebuilt(rule);
  }

  private boolean isWhole(Rule rule) {
    return switch (rule) {
      case Sequence(List<Rule> parts) -> areWhole(parts);
      case Choice(List<Rule> options) -> !options.isEmpty() && areWhole(options);
      case Repeat repeat -> isWhole(repeat.body());
      case Literal _, Token _, CharacterSet _, Reference _, Marks _, Spelled _, Asked _ ->
          test(rule);
    };
  }

  private boolean areWhole(List<Rule> rules) {
    for (Rule rule : rules) {
      if (!isWhole(rule)) {
        return false;
      }
    }
    return true;
  }

  private Rule rebuilt(Rule rule) {
    if (!test(rule)) {
      return Simplifier.NOTHING;
    }
    return switch (rule) {
      case Sequence(List<Rule> parts) ->
          Simplifier.sequence(parts.stream().map(this::rebuilt).toList());
      case Choice(List<Rule> options) ->
          Simplifier.choice(options.stream().map(this::rebuilt).toList());
      case Repeat(Rule body, int minimum, int maximum) ->
          Simplifier.repeat(rebuilt(body), minimum, maximum);
      case Literal _, Token _, CharacterSet _, Reference _, Marks _, Spelled _, Asked _ -> rule;
    };
  }
}
