package puna.chat.tools;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Python literals to JSON: strings, numbers, `True`, `False`, `None`, lists, tuples and dicts with
/// text for keys. JSON's own words are understood too.
final class PythonLiterals {
  private static final Pattern NUMBER =
      Pattern.compile("([+-]?)([0-9]*)(\\.?)([0-9]*)((?:[eE][+-]?[0-9]+)?)");
  private static final Pattern RADIX = Pattern.compile("([+-]?)0([xXoObB])([0-9A-Fa-f]+)");
  private static final Map<String, JsonValue> WORDS =
      Map.of(
          "True", JsonBoolean.TRUE,
          "true", JsonBoolean.TRUE,
          "False", JsonBoolean.FALSE,
          "false", JsonBoolean.FALSE,
          "None", JsonNull.NULL,
          "null", JsonNull.NULL);
  private static final int MAX_SCALAR = 400;

  private final String text;
  private int at;
  private int depth;

  private PythonLiterals(String text) {
    this.text = text;
  }

  /// The value of a text that is one literal.
  static Optional<JsonValue> parse(String text) {
    PythonLiterals parser = new PythonLiterals(text);
    JsonValue value = parser.value();
    parser.spaces();
    return value != null && parser.at == text.length() ? Optional.of(value) : Optional.empty();
  }

  private @Nullable JsonValue value() {
    spaces();
    if (depth == JsonPushdown.MAX_DEPTH) {
      return null;
    }
    return switch (peek()) {
      case '[' -> nested(']');
      case '(' -> nested(')');
      case '{' -> nested('}');
      case '\'', '"' -> {
        String string = string();
        yield string == null ? null : new JsonString(string);
      }
      default -> scalar();
    };
  }

  private @Nullable JsonValue nested(char end) {
    at++;
    depth++;
    JsonValue value = end == '}' ? dict() : elements(end);
    depth--;
    return value;
  }

  /// A list or tuple; one element in parentheses without a comma is that element.
  private @Nullable JsonValue elements(char end) {
    List<JsonValue> elements = new ArrayList<>();
    boolean comma = false;
    while (!take(end)) {
      JsonValue element = elements.isEmpty() || comma ? value() : null;
      if (element == null) {
        return null;
      }
      elements.add(element);
      comma = take(',');
    }
    return end == ')' && elements.size() == 1 && !comma
        ? elements.getFirst()
        : new JsonArray(elements);
  }

  private @Nullable JsonValue dict() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    boolean comma = true;
    while (!take('}')) {
      String key = comma && isQuote(peek()) ? string() : null;
      JsonValue value = key != null && take(':') ? value() : null;
      if (value == null || members.put(key, value) != null) {
        return null;
      }
      comma = take(',');
    }
    return new JsonObject(members);
  }

  private @Nullable String string() {
    char quote = text.charAt(at);
    String single = String.valueOf(quote);
    String end = text.startsWith(single.repeat(3), at) ? single.repeat(3) : single;
    at += end.length();
    StringBuilder out = new StringBuilder();
    while (!text.startsWith(end, at)) {
      if (at >= text.length()) {
        return null;
      }
      char c = text.charAt(at++);
      if (c == '\n' && end.length() == 1) {
        return null;
      }
      if (c != '\\') {
        out.append(c);
      } else if (!escape(out)) {
        return null;
      }
    }
    at += end.length();
    return out.toString();
  }

  private boolean escape(StringBuilder out) {
    char c = peek();
    at++;
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case '\\', '\'', '"', '/' -> out.append(c);
      case '\n' -> {}
      case 'x' -> {
        return hex(2, out);
      }
      case 'u' -> {
        return hex(4, out);
      }
      case 'U' -> {
        return hex(8, out);
      }
      case '\0' -> {
        return false;
      }
      // Python keeps the backslash of an escape that it does not know.
      default -> out.append('\\').append(c);
    }
    return true;
  }

  private boolean hex(int digits, StringBuilder out) {
    if (at + digits > text.length()) {
      return false;
    }
    long code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(at++), 16);
      code = 16 * code + digit;
      if (digit < 0 || code > Character.MAX_CODE_POINT) {
        return false;
      }
    }
    out.appendCodePoint((int) code);
    return true;
  }

  private @Nullable JsonValue scalar() {
    int start = at;
    while (at < text.length() && isScalar(text.charAt(at))) {
      at++;
    }
    String scalar = text.substring(start, at);
    if (scalar.isEmpty() || scalar.length() > MAX_SCALAR) {
      return null;
    }
    return WORDS.containsKey(scalar) ? WORDS.get(scalar) : number(scalar.replace("_", ""));
  }

  private static @Nullable JsonValue number(String text) {
    Matcher radix = RADIX.matcher(text);
    if (radix.matches()) {
      return inRadix(radix);
    }
    Matcher parts = NUMBER.matcher(text);
    if (!parts.matches() || (parts.group(2).isEmpty() && parts.group(4).isEmpty())) {
      return null;
    }
    String whole = parts.group(2).replaceFirst("^0+(?=.)", "");
    String fraction = parts.group(4).isEmpty() ? "0" : parts.group(4);
    return new JsonNumber(
        (parts.group(1).equals("-") ? "-" : "")
            + (whole.isEmpty() ? "0" : whole)
            + (parts.group(3).isEmpty() ? "" : "." + fraction)
            + parts.group(5));
  }

  private static @Nullable JsonValue inRadix(Matcher parts) {
    int radix =
        switch (parts.group(2)) {
          case "x", "X" -> 16;
          case "o", "O" -> 8;
          default -> 2;
        };
    String digits = parts.group(3);
    if (!digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
      return null;
    }
    String sign = parts.group(1).equals("-") ? "-" : "";
    return new JsonNumber(new BigInteger(sign + digits, radix).toString());
  }

  private boolean take(char c) {
    spaces();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void spaces() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /// The next character; NUL at the end.
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }

  private static boolean isScalar(char c) {
    return CallNames.isPythonPart(c) || c == '+' || c == '-' || c == '.';
  }
}
