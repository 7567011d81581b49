package puna.chat.tools;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers without a sign as JSON and Python write them, to JSON's form.
final class NumberText {
  /// Characters that a number may have; what JSON readers of this project take.
  static final int MAX_LENGTH = 1000;

  private static final String DIGITS = "[0-9](?:_?[0-9])*";
  private static final Pattern WHOLE = Pattern.compile("0(?:_?0)*|[1-9](?:_?[0-9])*");
  private static final Pattern FRACTION =
      Pattern.compile(
          "(?<whole>DIGITS)?(?<point>\\.(?<part>DIGITS)?)?(?<exponent>[eE][+-]?DIGITS)?"
              .replace("DIGITS", DIGITS));
  private static final Pattern RADIX =
      Pattern.compile("0(?:[xX](?:_?[0-9A-Fa-f])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)");

  private NumberText() {}

  /// The number as JSON, or null when it is none.
  static @Nullable String toJson(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    if (WHOLE.matcher(text).matches()) {
      String digits = text.replace("_", "");
      return digits.charAt(0) == '0' ? "0" : digits;
    }
    return RADIX.matcher(text).matches() ? inRadix(text.replace("_", "")) : fraction(text);
  }

  private static @Nullable String fraction(String text) {
    Matcher parts = FRACTION.matcher(text);
    boolean digits =
        parts.matches() && (parts.group("whole") != null || parts.group("part") != null);
    if (!digits || (parts.group("point") == null && parts.group("exponent") == null)) {
      return null; // such as 007
    }
    String whole = parts.group("whole") == null ? "0" : parts.group("whole");
    String part = parts.group("part") == null ? "0" : parts.group("part");
    String json =
        whole.replace("_", "").replaceFirst("^0+(?=.)", "")
            + (parts.group("point") == null ? "" : "." + part)
            + (parts.group("exponent") == null ? "" : parts.group("exponent"));
    return json.replace("_", "");
  }

  private static @Nullable String inRadix(String text) {
    int radix =
        switch (text.charAt(1)) {
          case 'x', 'X' -> 16;
          case 'o', 'O' -> 8;
          default -> 2;
        };
    String digits = new BigInteger(text.substring(2), radix).toString();
    return digits.length() > MAX_LENGTH ? null : digits;
  }
}
