package puna.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Spellings with an exponent, for sets of numbers that have all of those between bounds: one digit
/// before the point, and so many digits of the exponent that no bound is passed.
final class ScientificRules {
  private static final BigDecimal HUGE = new BigDecimal("1e301");
  private static final BigDecimal LARGE = new BigDecimal("1e100");
  private static final Rule DIGIT = set('0', '9');
  private static final Rule MANTISSA =
      new Sequence(
          List.of(
              set('1', '9'),
              new Repeat(
                  new Sequence(List.of(new Literal("."), new Repeat(DIGIT, 1, Repeat.UNBOUNDED))),
                  0,
                  1),
              new Choice(List.of(new Literal("e"), new Literal("E")))));
  private static final Rule NEGATIVE =
      new Sequence(
          List.of(
              new Literal("-"),
              new Choice(
                  List.of(
                      new Sequence(List.of(new Literal("0"), set('1', '9'))),
                      new Sequence(List.of(set('1', '9'), new Repeat(DIGIT, 0, 1)))))));
  private static final Rule POSITIVE =
      new Sequence(List.of(new Repeat(new Literal("+"), 0, 1), new Repeat(DIGIT, 1, 2)));
  private static final Rule VERY_POSITIVE =
      new Sequence(
          List.of(
              new Repeat(new Literal("+"), 0, 1),
              new Choice(
                  List.of(
                      new Repeat(DIGIT, 1, 2),
                      new Sequence(List.of(set('1', '2'), new Repeat(DIGIT, 2, 2))),
                      new Literal("300")))));

  private ScientificRules() {}

  private static CharacterSet set(char first, char last) {
    return new CharacterSet(List.of((int) first, (int) last));
  }

  static List<Rule> of(Dfa numbers) {
    List<Rule> rules = new ArrayList<>();
    if (List.of("0.5", "-0.5", "1.5", "-1.5").stream().noneMatch(numbers::accepts)) {
      return rules; // whole numbers, mostly
    }
    if (numbers.accepts("0")) { // what a tiny negative number becomes when it is read
      rules.add(new Choice(List.of(new Literal("-0"), new Literal("-0.0"))));
    }
    for (boolean negative : new boolean[] {false, true}) {
      Rule sign = new Literal(negative ? "-" : "");
      if (hasAll(numbers, BigDecimal.ZERO, BigDecimal.ONE, negative)) {
        rules.add(Simplifier.sequence(List.of(sign, MANTISSA, NEGATIVE)));
      }
      if (numbers.size() > 300 && hasAll(numbers, BigDecimal.ONE, HUGE, negative)) {
        rules.add(Simplifier.sequence(List.of(sign, MANTISSA, VERY_POSITIVE)));
      } else if (hasAll(numbers, BigDecimal.ONE, LARGE, negative)) {
        rules.add(Simplifier.sequence(List.of(sign, MANTISSA, POSITIVE)));
      }
    }
    return rules;
  }

  private static boolean hasAll(Dfa numbers, BigDecimal from, BigDecimal to, boolean negative) {
    String inside = to.min(new BigDecimal("1.5")).subtract(new BigDecimal("0.25")).toPlainString();
    if (!numbers.accepts(negative ? "-" + inside : inside)) {
      return false; // which is quicker to see
    }
    return negative
        ? NumberLanguage.hasAll(numbers, to.negate(), from.negate())
        : NumberLanguage.hasAll(numbers, from, to);
  }
}
