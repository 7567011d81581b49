package puna.chat.template.python;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Set;

/// Floats as C's `e`, `f` and `g` and Python's `repr` print them, whatever the locale.
///
/// @param code `e`, `f`, `g`, or `r` for the shortest digits that read back as the same number
/// @param precision digits behind the point, in all for `g`; `r` has none
public record RealText(char code, int precision, Set<Option> options) {

  /// What changes a number's form.
  enum Option {
    /// Keeps the point, and the zeros of `g`.
    ALTERNATE,
    /// Ends a whole number with `.0`.
    DOT_ZERO
  }

  /// Digits without zeros at their end, and how many of them stand before the point.
  private record Digits(String digits, int point) {
    static Digits of(BigDecimal value) {
      if (value.signum() == 0) {
        return new Digits("0", 1);
      }
      BigDecimal bare = value.stripTrailingZeros();
      return new Digits(bare.unscaledValue().toString(), bare.precision() - bare.scale());
    }

    /// The digits from one place to another, where places outside have zeros.
    String between(int from, int to) {
      StringBuilder out = new StringBuilder();
      for (int at = from; at < to; at++) {
        out.append(at >= 0 && at < digits.length() ? digits.charAt(at) : '0');
      }
      return out.toString();
    }
  }

  /// The number without its sign.
  String magnitude(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return "inf";
    }
    Digits digits = digits(Math.abs(value));
    boolean isAlternate = options.contains(Option.ALTERNATE);
    boolean hasExponent = hasExponent(digits.point());
    int point = hasExponent ? 1 : digits.point();
    int end =
        switch (code) {
          case 'e' -> precision + 1;
          case 'f' -> point + precision;
          case 'g' -> isAlternate ? Math.max(1, precision) : digits.digits().length();
          default -> digits.digits().length();
        };
    boolean hasDotZero = !hasExponent && options.contains(Option.DOT_ZERO);
    end = Math.max(end, hasDotZero ? point + 1 : point);
    String whole = point <= 0 ? "0" : digits.between(0, point);
    String fraction = digits.between(point, end);
    String dot = fraction.isEmpty() && !isAlternate ? "" : ".";
    return whole + dot + fraction + (hasExponent ? exponent(digits.point() - 1) : "");
  }

  private boolean hasExponent(int point) {
    return switch (code) {
      case 'e' -> true;
      case 'f' -> false;
      case 'g' ->
          point <= -4
              || point > Math.max(1, precision) - (options.contains(Option.DOT_ZERO) ? 1 : 0);
      default -> point <= -4 || point > 16;
    };
  }

  private static String exponent(int exponent) {
    return String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private Digits digits(double value) {
    return Digits.of(
        switch (code) {
          case 'e' ->
              new BigDecimal(value).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
          case 'f' -> new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN);
          case 'g' ->
              new BigDecimal(value)
                  .round(new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN));
          default -> shortest(value);
        });
  }

  /// Java prints two digits where one tells the number, as for 5e-324.
  private static BigDecimal shortest(double value) {
    BigDecimal printed = new BigDecimal(Double.toString(value));
    BigDecimal single = printed.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return single.doubleValue() == value ? single : printed;
  }

  /// The number with a `-` where it is below zero or its zero.
  public String signed(double value) {
    return (isNegative(value) ? "-" : "") + magnitude(value);
  }

  static boolean isNegative(double value) {
    return value < 0 || value == 0 && 1 / value < 0;
  }
}
