package puna.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Spellings with an exponent, for sets of numbers that have all of those between bounds: one digit
/// before the point, and so many digits of the exponent that no bound is passed.
final class ScientificRules {
  private static final BigDecimal MOST = new BigDecimal(Double.MAX_VALUE);
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
  private static final Rule E = new Choice(List.of(new Literal("e"), new Literal("E")));
  private static final Rule PLUS = new Repeat(new Literal("+"), 0, 1);
  private static final Rule THREE_NEGATIVE =
      new Sequence(
          List.of(
              new Literal("-"),
              new Choice(
                  List.of(
                      new Sequence(List.of(set('1', '2'), new Repeat(DIGIT, 2, 2))),
                      new Sequence(List.of(new Literal("3"), set('0', '1'), DIGIT)),
                      new Sequence(List.of(new Literal("32"), set('0', '3')))))));

  /// The smallest number that a double holds, as Java writes it.
  private static final Rule SMALLEST =
      new Sequence(List.of(new Literal("4.9"), E, new Literal("-324")));

  private static final Rule NEGATIVE =
      new Choice(
          List.of(
              new Sequence(
                  List.of(
                      new Literal("-"),
                      new Choice(
                          List.of(
                              new Sequence(List.of(new Literal("0"), set('1', '9'))),
                              new Sequence(List.of(set('1', '9'), new Repeat(DIGIT, 0, 1))))))),
              THREE_NEGATIVE));
  private static final Rule POSITIVE = new Sequence(List.of(PLUS, new Repeat(DIGIT, 1, 2)));
  private static final Rule THREE_POSITIVE =
      new Sequence(
          List.of(
              PLUS,
              new Choice(
                  List.of(
                      new Sequence(List.of(set('1', '2'), new Repeat(DIGIT, 2, 2))),
                      new Sequence(List.of(new Literal("30"), set('0', '7')))))));

  /// The largest numbers that a double holds.
  private static final Rule LARGEST =
      new Sequence(List.of(largestMantissa(), E, PLUS, new Literal("308")));

  /// Digits before the point beyond which a number is above every bound that is looked for.
  private static final int MOST_DIGITS = 100;

  private ScientificRules() {}

  private static CharacterSet set(char first, char last) {
    return new CharacterSet(List.of((int) first, (int) last));
  }

  static List<Rule> of(Dfa numbers) {
    List<Rule> rules = new ArrayList<>();
    if (List.of("0.5", "-0.5", "1.5", "-1.5").stream().noneMatch(numbers::accepts)) {
      return rules; // whole numbers, mostly
    }
    for (boolean negative : new boolean[] {false, true}) {
      Rule sign = new Literal(negative ? "-" : "");
      if (hasAll(numbers, Interval.BELOW_ONE, negative)) {
        rules.add(Simplifier.sequence(List.of(sign, MANTISSA, NEGATIVE)));
        rules.add(Simplifier.sequence(List.of(sign, SMALLEST)));
      }
      if (hasAll(numbers, Interval.LARGE, negative)) {
        rules.add(Simplifier.sequence(List.of(sign, MANTISSA, POSITIVE)));
        boolean endless = isEndless(numbers, negative);
        if (endless || numbers.size() > 300 && hasAll(numbers, Interval.HUGE, negative)) {
          rules.add(Simplifier.sequence(List.of(sign, MANTISSA, THREE_POSITIVE)));
        }
        if (endless
            || numbers.accepts((negative ? "-" : "") + MOST.toPlainString())
                && hasAll(numbers, Interval.DOUBLES, negative)) {
          rules.add(Simplifier.sequence(List.of(sign, LARGEST)));
        }
      }
    }
    return rules;
  }

  /// Numbers with exponents of three digits, as far as a double holds them.
  static Rule anySize() {
    Rule tiny = new Sequence(List.of(MANTISSA, THREE_NEGATIVE));
    return new Sequence(
        List.of(
            new Repeat(new Literal("-"), 0, 1),
            Simplifier.choice(List.of(tiny, SMALLEST, veryLarge()))));
  }

  private static Rule veryLarge() {
    return Simplifier.choice(List.of(new Sequence(List.of(MANTISSA, THREE_POSITIVE)), LARGEST));
  }

  /// What comes before `e308`, up to 1.7976931348623157.
  private static Rule largestMantissa() {
    String fraction = "7976931348623157";
    Rule rest = new Repeat(DIGIT, 0, Repeat.UNBOUNDED);
    Rule below = Simplifier.EMPTY;
    for (int i = fraction.length() - 1; i >= 0; i--) {
      char digit = fraction.charAt(i);
      Rule less = new Sequence(List.of(set('0', (char) (digit - 1)), rest));
      Rule same = Simplifier.sequence(List.of(new Literal(String.valueOf(digit)), below));
      Rule either = new Choice(List.of(less, same));
      below = i == 0 ? either : new Repeat(either, 0, 1);
    }
    Rule point = Simplifier.sequence(List.of(new Literal("."), below));
    return new Sequence(List.of(new Literal("1"), new Repeat(point, 0, 1)));
  }

  /// True where all numbers with that many digits belong to a set, whatever the digits are.
  private static boolean isEndless(Dfa numbers, boolean negative) {
    Set<Integer> states = Set.of(negative ? numbers.next(0, '-') : 0);
    for (int digits = 0; digits <= MOST_DIGITS; digits++) {
      Set<Integer> next = new HashSet<>();
      for (int state : states) {
        for (char digit = digits == 0 ? '1' : '0'; digit <= '9'; digit++) {
          next.add(numbers.next(state, digit));
        }
      }
      if (next.contains(Dfa.DEAD)) {
        return false;
      }
      if (next.stream().allMatch(state -> isFree(numbers, state))) {
        return true;
      }
      states = next;
    }
    return false;
  }

  private static boolean isFree(Dfa numbers, int state) {
    int point = numbers.next(state, '.');
    boolean free = numbers.accepts(state) && point != Dfa.DEAD;
    for (char digit = '0'; digit <= '9' && free; digit++) {
      int fraction = numbers.next(point, digit);
      free =
          numbers.next(state, digit) == state
              && fraction != Dfa.DEAD
              && numbers.accepts(fraction)
              && numbers.next(fraction, digit) == fraction;
    }
    return free;
  }

  private static boolean hasAll(Dfa numbers, Interval interval, boolean negative) {
    if (!numbers.accepts(negative ? "-" + interval.inside : interval.inside)) {
      return false; // which is quicker to see
    }
    return (negative ? interval.negative() : interval.positive()).minus(numbers).isEmpty();
  }

  /// Numbers that a set may have all of; a set and its negatives are made when they are asked for.
  private enum Interval {
    BELOW_ONE(BigDecimal.ZERO, BigDecimal.ONE, "0.75"),
    LARGE(BigDecimal.ONE, new BigDecimal("1e100"), "1.25"),
    HUGE(BigDecimal.ONE, new BigDecimal("1e308"), "1.25"),
    DOUBLES(BigDecimal.ONE, MOST, "1.25");

    private final BigDecimal from;
    private final BigDecimal to;
    private final String inside;
    private volatile @Nullable Dfa positive;
    private volatile @Nullable Dfa negative;

    Interval(BigDecimal from, BigDecimal to, String inside) {
      this.from = from;
      this.to = to;
      this.inside = inside;
    }

    private Dfa positive() {
      Dfa known = positive;
      if (known == null) {
        known = NumberLanguage.between(from, to);
        positive = known;
      }
      return known;
    }

    private Dfa negative() {
      Dfa known = negative;
      if (known == null) {
        known = NumberLanguage.between(to.negate(), from.negate());
        negative = known;
      }
      return known;
    }
  }
}
