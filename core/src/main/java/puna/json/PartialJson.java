package puna.json;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import puna.error.JsonException;

/// Reads the beginning of a JSON text: the value so far of one that is still streaming.
///
/// Strings, arrays and objects that are still open are closed where the text ends. A member appears
/// with the first character of its value; a number, `true`, `false` or `null` once it is complete.
public final class PartialJson {
  private final String text;
  private final Deque<Character> open = new ArrayDeque<>();
  private boolean key;
  private int complete;
  private String completeClosers = "";

  private PartialJson(String text) {
    this.text = text;
  }

  /// The value so far; empty while there is none yet.
  ///
  /// @throws JsonException when it shows that no JSON text begins like this
  public static Optional<JsonValue> read(String beginning) {
    return new PartialJson(beginning).value();
  }

  private Optional<JsonValue> value() {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '"') {
        int end = endOfString(i);
        if (end < 0) {
          return key ? upToComplete() : Optional.of(parse(openString(i)));
        }
        i = end;
        if (!key) {
          completeAt(i);
        }
      } else if (isLiteral(c)) {
        i = endOfLiteral(i);
        if (i < text.length()) {
          completeAt(i);
        }
      } else {
        i++;
        structure(c, i);
      }
    }
    return open.isEmpty() && complete == 0 && !text.isBlank() ? whole() : upToComplete();
  }

  /// A number or word at the top level ends with the text, or will.
  private Optional<JsonValue> whole() {
    String trimmed = text.strip();
    boolean unfinished =
        "true".startsWith(trimmed)
            || "false".startsWith(trimmed)
            || "null".startsWith(trimmed)
            || !Character.isLetterOrDigit(trimmed.charAt(trimmed.length() - 1))
            || trimmed.matches(".*[eE]");
    boolean finished = trimmed.equals("true") || trimmed.equals("false") || trimmed.equals("null");
    return unfinished && !finished ? Optional.empty() : Optional.of(parse(text));
  }

  private void structure(char c, int next) {
    switch (c) {
      case '{', '[' -> {
        open.push(c);
        key = c == '{';
        completeAt(next);
      }
      case '}', ']' -> {
        open.poll();
        key = false;
        completeAt(next);
      }
      case ',' -> key = !open.isEmpty() && open.peek() == '{';
      case ':' -> key = false;
      default -> {}
    }
  }

  private void completeAt(int end) {
    complete = end;
    completeClosers = closers();
  }

  private String closers() {
    StringBuilder closers = new StringBuilder();
    open.forEach(bracket -> closers.append(bracket == '{' ? '}' : ']'));
    return closers.toString();
  }

  private Optional<JsonValue> upToComplete() {
    return complete == 0
        ? Optional.empty()
        : Optional.of(parse(text.substring(0, complete) + completeClosers));
  }

  private static boolean isLiteral(char c) {
    return c == '-' || c == '+' || c == '.' || Character.isLetterOrDigit(c);
  }

  private int endOfLiteral(int start) {
    int end = start;
    while (end < text.length() && isLiteral(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /// After the closing quote, or -1.
  private int endOfString(int start) {
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i + 1;
      }
    }
    return -1;
  }

  /// The text with its open string closed, less an escape or a surrogate pair that is not complete.
  private String openString(int start) {
    int end = start + 1;
    int i = end;
    while (i < text.length()) {
      int length = text.charAt(i) != '\\' ? 1 : isUnicode(i) ? 6 : 2;
      if (isHighSurrogate(i, length)) {
        length += length == 1 || text.startsWith("\\", i + length) ? length : 0;
      }
      i += length;
      end = i <= text.length() && !isHighSurrogate(i - length, length) ? i : end;
    }
    return text.substring(0, end) + '"' + closers();
  }

  private boolean isUnicode(int escape) {
    return escape + 1 < text.length() && text.charAt(escape + 1) == 'u';
  }

  private boolean isHighSurrogate(int unit, int length) {
    if (length == 1) {
      return Character.isHighSurrogate(text.charAt(unit));
    }
    return length == 6
        && unit + 6 <= text.length()
        && text.substring(unit, unit + 6).matches("\\\\u[dD][89abAB][0-9a-fA-F]{2}");
  }

  private static JsonValue parse(String completed) {
    return Json.parse(completed, "unfinished JSON");
  }
}
