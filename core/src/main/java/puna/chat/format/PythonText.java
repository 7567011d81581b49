package puna.chat.format;

import java.util.List;
import java.util.Map;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Text functions with the exact meaning that the templates' own language, Jinja on Python, gives
/// them.
@SuppressWarnings("exports") // JSON values are at hand only inside the project
public final class PythonText {
  private PythonText() {}

  /// `str.strip()`: unlike Java's, it takes no-break spaces and U+0085 for white space.
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /// `json.dumps(text, ensure_ascii=False)`: the text as a JSON string.
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u00%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /// `json.dumps(value, ensure_ascii=False)`.
  public static String json(JsonValue value) {
    StringBuilder out = new StringBuilder();
    write(value, ", ", "", out);
    return out.toString();
  }

  /// `json.dumps(value, ensure_ascii=False, indent=4)`.
  static String indentedJson(JsonValue value) {
    StringBuilder out = new StringBuilder();
    write(value, ",", "\n", out);
    return out.toString();
  }

  /// @param line what begins a line at this depth; empty where all is one line
  private static void write(JsonValue value, String separator, String line, StringBuilder out) {
    String inner = line.isEmpty() ? "" : line + "    ";
    switch (value) {
      case JsonString(String text) -> out.append(quote(text));
      case JsonNull _ -> out.append("null");
      case JsonBoolean bool -> out.append(bool == JsonBoolean.TRUE);
      case JsonNumber(String text) -> out.append(text);
      case JsonArray(List<JsonValue> elements) -> {
        out.append('[');
        String before = inner;
        for (JsonValue element : elements) {
          out.append(before);
          write(element, separator, inner, out);
          before = separator + inner;
        }
        out.append(elements.isEmpty() ? "]" : line + "]");
      }
      case JsonObject(Map<String, JsonValue> members) -> {
        out.append('{');
        String before = inner;
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          out.append(before).append(quote(member.getKey())).append(": ");
          write(member.getValue(), separator, inner, out);
          before = separator + inner;
        }
        out.append(members.isEmpty() ? "}" : line + "}");
      }
    }
  }

  static boolean isSpace(int c) {
    return Character.isWhitespace(c)
        || c == '\u0085'
        || c == '\u00A0'
        || c == '\u2007'
        || c == '\u202F';
  }
}
