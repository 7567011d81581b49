package puna.json;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The text of one value as it grows.
final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private final String lineBreak;
  private final String indent;
  private final String colon;
  private int depth;

  private JsonWriter(String lineBreak, String indent, String colon) {
    this.lineBreak = lineBreak;
    this.indent = indent;
    this.colon = colon;
  }

  static JsonWriter compact() {
    return new JsonWriter("", "", ":");
  }

  static JsonWriter indented() {
    return new JsonWriter("\n", "  ", ": ");
  }

  String write(JsonValue value) {
    append(value);
    return out.toString();
  }

  private void append(JsonValue value) {
    switch (value) {
      case JsonObject(Map<String, JsonValue> members) -> appendObject(members);
      case JsonArray(Collection<JsonValue> elements) -> appendArray(elements);
      case JsonString(String text) -> appendString(text);
      case JsonNumber(String text) -> out.append(text);
      case JsonBoolean bool -> out.append(bool == JsonBoolean.TRUE);
      case JsonNull _ -> out.append("null");
    }
  }

  private void appendObject(Map<String, JsonValue> members) {
    out.append('{');
    Iterator<Map.Entry<String, JsonValue>> rest = members.entrySet().iterator();
    depth++;
    while (rest.hasNext()) {
      Map.Entry<String, JsonValue> member = rest.next();
      breakLine();
      appendString(member.getKey());
      out.append(colon);
      append(member.getValue());
      out.append(rest.hasNext() ? "," : "");
    }
    depth--;
    if (!members.isEmpty()) {
      breakLine();
    }
    out.append('}');
  }

  private void appendArray(Collection<JsonValue> elements) {
    out.append('[');
    Iterator<JsonValue> rest = elements.iterator();
    depth++;
    while (rest.hasNext()) {
      breakLine();
      append(rest.next());
      out.append(rest.hasNext() ? "," : "");
    }
    depth--;
    if (!elements.isEmpty()) {
      breakLine();
    }
    out.append(']');
  }

  private void breakLine() {
    out.append(lineBreak).repeat(indent, depth);
  }

  private void appendString(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(unit).append(text.charAt(++i));
      } else {
        appendUnit(unit);
      }
    }
    out.append('"');
  }

  private void appendUnit(char unit) {
    switch (unit) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        // Half a surrogate pair has no UTF-8 form: only its escape survives encoding.
        if (unit < 0x20 || Character.isSurrogate(unit)) {
          out.append("\\u%04x".formatted((int) unit));
        } else {
          out.append(unit);
        }
      }
    }
  }
}
