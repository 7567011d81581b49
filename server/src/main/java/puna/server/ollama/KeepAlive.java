package puna.server.ollama;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.models.Models;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// How long a model stays loaded after a request: seconds, or a duration as Go writes them, such as
/// `1h30m`; below 0 for ever.
final class KeepAlive {
  private static final String NAME = "keep_alive";
  private static final Pattern PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([a-z\u00b5\u03bc]*)");
  private static final Duration LONGEST = Models.Settings.FOREVER;
  private static final int MOST_DIGITS = 40;

  private KeepAlive() {}

  /// What a request says; empty where it says nothing.
  ///
  /// @throws Failure when it is no duration
  static Optional<Duration> read(Fields request) {
    return request.value(NAME).map(value -> duration(value, request.path(NAME)));
  }

  private static Duration duration(JsonValue value, String path) {
    return switch (value) {
      case JsonNumber number -> seconds(number.asDouble());
      case JsonString(String text) -> go(text, path);
      default ->
          throw Failure.wrongType(path, "a number of seconds or a duration", Fields.kind(value));
    };
  }

  private static Duration seconds(double seconds) {
    if (seconds < 0 || seconds >= LONGEST.toSeconds()) {
      return LONGEST;
    }
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private static Duration go(String text, String path) {
    String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (digits.equals("0")) {
      return Duration.ZERO;
    }
    if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
      throw invalid(text, path);
    }
    Matcher part = PART.matcher(digits);
    double seconds = 0;
    int end = 0;
    while (end < digits.length()) {
      if (!part.find(end) || part.start() != end) {
        throw invalid(text, path);
      }
      if (part.group(2).isEmpty()) {
        throw Failure.invalid(
            path, "%s: missing unit in duration \"%s\": write \"%ss\"".formatted(path, text, text));
      }
      seconds +=
          new BigDecimal(number(part.group(1))).doubleValue() * unit(part.group(2), text, path);
      end = part.end();
    }
    return text.startsWith("-") && seconds > 0 ? LONGEST : seconds(seconds);
  }

  private static String number(String digits) {
    return digits.endsWith(".") ? digits + "0" : digits;
  }

  private static double unit(String unit, String text, String path) {
    return switch (unit) {
      case "ns" -> 1e-9;
      case "us", "\u00b5s", "\u03bcs" -> 1e-6;
      case "ms" -> 1e-3;
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3600;
      default -> throw invalid(text, path);
    };
  }

  private static Failure invalid(String text, String path) {
    return Failure.invalid(
        path,
        "%s: invalid duration \"%s\": must be such as 10m, 1h30m or -1".formatted(path, text));
  }
}
