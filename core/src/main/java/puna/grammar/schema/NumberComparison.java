package puna.grammar.schema;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import puna.grammar.schema.NumberLanguage.Phase;

/// The numbers below, at or above a bound, digit by digit.
final class NumberComparison {
  /// Bounds of more digits than those of 64 bits are rarely met twice.
  private static final int MOST_DIGITS_KEPT = 20;

  private static final int MOST_KEPT = 256;

  /// The comparisons that were asked for last: most schemas have the same few bounds, again and
  /// again, such as those of 32 and 64 bits.
  private static final Map<Compared, Dfa> KEPT =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Compared, Dfa> eldest) {
              return size() > MOST_KEPT;
            }
          });

  private NumberComparison() {}

  private record Compared(BigDecimal bound, boolean less, boolean same, boolean more) {}

  /// @param wanted asked for -1, 0 and 1: a number is less than the bound, the same, more
  static Dfa language(BigDecimal bound, IntPredicate wanted) {
    BigDecimal stripped = bound.stripTrailingZeros();
    if (stripped.precision() > MOST_DIGITS_KEPT || Math.abs(stripped.scale()) > MOST_DIGITS_KEPT) {
      return explored(bound, wanted);
    }
    Compared key = new Compared(stripped, wanted.test(-1), wanted.test(0), wanted.test(1));
    Dfa known = KEPT.get(key);
    if (known == null) {
      known = explored(bound, wanted);
      KEPT.put(key, known);
    }
    return known;
  }

  private static Dfa explored(BigDecimal bound, IntPredicate wanted) {
    return NumberLanguage.explore(new Comparison(bound, wanted)).and(NumberLanguage.ALL);
  }

  /// @param digits of the magnitude that were compared, whole ones and then those of the fraction
  /// @param order of the magnitude so far
  private record Progress(Phase phase, boolean negative, int digits, int order) {}

  private static final class Comparison implements NumberLanguage.Machine<Progress> {
    private final int sign;
    private final String whole;
    private final String fraction;
    private final IntPredicate wanted;

    Comparison(BigDecimal bound, IntPredicate wanted) {
      this.sign = bound.signum();
      this.wanted = wanted;
      String text = bound.abs().stripTrailingZeros().toPlainString();
      int point = text.indexOf('.');
      this.whole = point < 0 ? text : text.substring(0, point);
      this.fraction = point < 0 ? "" : text.substring(point + 1);
    }

    @Override
    public Progress start() {
      return new Progress(Phase.START, false, 0, 0);
    }

    @Override
    public Optional<Progress> step(Progress state, char symbol) {
      return state.phase().after(symbol).map(phase -> step(state, phase, symbol));
    }

    private Progress step(Progress state, Phase phase, char symbol) {
      return switch (phase) {
        case START, SIGN -> new Progress(phase, true, 0, 0);
        case POINT -> new Progress(phase, state.negative(), 0, wholeOrder(state));
        case ZERO, WHOLE -> {
          int digits = Math.min(state.digits() + 1, whole.length() + 1);
          int order = state.order();
          if (order == 0 && digits <= whole.length()) {
            order = Character.compare(symbol, whole.charAt(digits - 1));
          }
          yield new Progress(phase, state.negative(), digits, Integer.signum(order));
        }
        case FRACTION -> {
          int digits = Math.min(state.digits() + 1, fraction.length() + 1);
          int order = state.order();
          if (order == 0) {
            char against = digits <= fraction.length() ? fraction.charAt(digits - 1) : '0';
            order = Character.compare(symbol, against);
          }
          yield new Progress(phase, state.negative(), digits, Integer.signum(order));
        }
      };
    }

    private int wholeOrder(Progress state) {
      int byLength = Integer.compare(state.digits(), whole.length());
      return byLength != 0 ? byLength : state.order();
    }

    @Override
    public boolean accepts(Progress state) {
      if (!state.phase().isNumber()) {
        return false;
      }
      int order = state.phase() == Phase.FRACTION ? state.order() : wholeOrder(state);
      if (order == 0) {
        int compared = state.phase() == Phase.FRACTION ? state.digits() : 0;
        boolean restIsZero = compared >= fraction.length();
        order = restIsZero ? 0 : -1; // the bound goes on, and its last digit is not zero
      }
      boolean boundNegative = sign < 0;
      if (state.negative() != boundNegative) {
        return wanted.test(state.negative() ? -1 : 1);
      }
      return wanted.test(state.negative() ? -order : order);
    }
  }
}
