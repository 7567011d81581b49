package puna.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON value, immutable. Objects keep the order of their members.
public sealed interface JsonValue {

  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public Optional<JsonValue> get(String name) {
      return Optional.ofNullable(members.get(name));
    }
  }

  record JsonArray(List<JsonValue> elements) implements JsonValue {
    public JsonArray {
      elements = List.copyOf(elements);
    }
  }

  record JsonString(String value) implements JsonValue {}

  /// A number as it stood in the text, so that no digit is lost.
  record JsonNumber(String text) implements JsonValue {
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    /// @throws IllegalArgumentException for NaN and infinities, which JSON cannot say
    public static JsonNumber of(double value) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("JSON has no number " + value);
      }
      return new JsonNumber(Double.toString(value));
    }

    public double asDouble() {
      return Double.parseDouble(text);
    }

    /// @throws NumberFormatException when the number is no 64-bit integer
    public long asLong() {
      return Long.parseLong(text);
    }
  }

  enum JsonBoolean implements JsonValue {
    TRUE,
    FALSE;

    public static JsonBoolean of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  enum JsonNull implements JsonValue {
    NULL
  }
}
