package puna.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON value, immutable. Objects keep the order of their members.
public sealed interface JsonValue {

  /// An object; its members keep their order and are unmodifiable.
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// The member of that name; empty if there is none.
    public Optional<JsonValue> get(String name) {
      return Optional.ofNullable(members.get(name));
    }
  }

  /// An array; its elements are unmodifiable.
  record JsonArray(List<JsonValue> elements) implements JsonValue {
    public JsonArray {
      elements = List.copyOf(elements);
    }
  }

  /// A string.
  record JsonString(String value) implements JsonValue {}

  /// A number, kept as its text so that no digit is lost.
  record JsonNumber(String text) implements JsonValue {
    /// A number from an integer.
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    /// A number from a finite double.
    ///
    /// @throws IllegalArgumentException for NaN and infinities, which JSON cannot express
    public static JsonNumber of(double value) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("JSON has no number " + value);
      }
      return new JsonNumber(Double.toString(value));
    }

    /// The number as a double, rounded to the nearest where it has more digits.
    public double asDouble() {
      return Double.parseDouble(text);
    }

    /// The number as a 64-bit integer.
    ///
    /// @throws NumberFormatException when it is not a 64-bit integer
    public long asLong() {
      return Long.parseLong(text);
    }
  }

  /// A truth value.
  enum JsonBoolean implements JsonValue {
    TRUE,
    FALSE;

    /// `TRUE` or `FALSE`.
    public static JsonBoolean of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /// The value `null`.
  enum JsonNull implements JsonValue {
    NULL
  }
}
