package puna.json;

import java.math.BigInteger;

/// Regular expressions of whole numbers within bounds, without leading zeros.
final class DigitPatterns {
  private DigitPatterns() {}

  /// Whole numbers between two of opposite signs, without `-0`.
  static String between(BigInteger minimum, BigInteger maximum) {
    return "(?:-%s|0|%s)".formatted(fromOneTo(minimum.negate()), fromOneTo(maximum));
  }

  static String between(long minimum, long maximum) {
    return between(BigInteger.valueOf(minimum), BigInteger.valueOf(maximum));
  }

  /// Any whole number, without `-0`.
  static String any() {
    return "(?:0|-?[1-9][0-9]*)";
  }

  /// From 1 to a largest number: fewer digits, or as many of which the first that differs is lower.
  private static String fromOneTo(BigInteger largest) {
    String digits = largest.toString();
    StringBuilder all = new StringBuilder("(?:" + digits);
    if (digits.length() > 1) {
      all.append("|[1-9][0-9]{0,%s}".formatted(digits.length() - 2));
    }
    for (int i = 0; i < digits.length(); i++) {
      char lowest = i == 0 ? '1' : '0';
      char digit = digits.charAt(i);
      if (digit > lowest) {
        all.append("|%s[%c-%c]".formatted(digits.substring(0, i), lowest, (char) (digit - 1)));
        int rest = digits.length() - 1 - i;
        all.append(rest == 0 ? "" : "[0-9]{%s}".formatted(rest));
      }
    }
    return all.append(')').toString();
  }
}
