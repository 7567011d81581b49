package puna.agent;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.Optional;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;

/// Words of others in messages of ours: on one line, and not too many of them.
final class McpText {
  private static final int MAX_ERROR = 2000;

  private McpText() {}

  static String message(Throwable thrown) {
    return requireNonNullElse(thrown.getMessage(), thrown.getClass().getSimpleName());
  }

  /// At most so many characters, on one line.
  static String line(String text, int most) {
    String begin = cut(text, most);
    return begin.replaceAll("[\\p{Cntrl}\\s]+", " ").strip() + (begin.equals(text) ? "" : "…");
  }

  /// At most so many characters, and no half of one.
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  static String seconds(Duration time) {
    double seconds = time.toMillis() / 1000.0;
    return seconds == Math.rint(seconds) ? (long) seconds + " s" : seconds + " s";
  }

  /// The error of JSON-RPC in words: its message, else its code, and what is said beside them.
  static String error(JsonValue error) {
    if (!(error instanceof JsonObject object)) {
      return cut(Json.write(error), MAX_ERROR);
    }
    String message =
        McpJson.string(object, "message")
            .filter(text -> !text.isBlank())
            .orElseGet(() ->
                "error " + McpJson.value(object, "code").map(Json::write).orElse("of no kind"));
    Optional<String> data = McpJson.value(object, "data").map(Json::write);
    return cut(message + data.map(text -> " " + text).orElse(""), MAX_ERROR);
  }
}
