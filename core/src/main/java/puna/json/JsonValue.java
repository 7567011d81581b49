package puna.json;

import static java.util.Objects.requireNonNull;

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

    /// An object to be put together member by member.
    ///
    /// ```java
    /// JsonObject question =
    ///     JsonObject.builder()
    ///         .put("role", "user")
    ///         .put("content", "Why is the sky blue?")
    ///         .build();
    /// ```
    public static Builder builder() {
      return new Builder();
    }

    /// One that begins with the members of this object.
    public Builder toBuilder() {
      return new Builder().putAll(members);
    }

    /// The member of that name; empty if there is none.
    public Optional<JsonValue> get(String name) {
      return Optional.ofNullable(members.get(name));
    }

    /// Members on their way to an object, in the order in which they were put. One that is put
    /// again gets its new value where it stands. Not for several threads at once.
    public static final class Builder {
      private final Map<String, JsonValue> members = new LinkedHashMap<>();

      private Builder() {}

      /// Puts a member of any value.
      public Builder put(String name, JsonValue value) {
        members.put(requireNonNull(name, "name"), requireNonNull(value, name));
        return this;
      }

      /// Puts a string.
      public Builder put(String name, String value) {
        return put(name, new JsonString(requireNonNull(value, name)));
      }

      /// Puts an integer.
      public Builder put(String name, long value) {
        return put(name, JsonNumber.of(value));
      }

      /// Puts a number.
      ///
      /// @throws IllegalArgumentException for NaN and infinities, which JSON cannot express
      public Builder put(String name, double value) {
        return put(name, JsonNumber.of(value));
      }

      /// Puts `true` or `false`.
      public Builder put(String name, boolean value) {
        return put(name, JsonBoolean.of(value));
      }

      /// Puts the object that another builder has so far.
      public Builder put(String name, Builder value) {
        return put(name, value.build());
      }

      /// Puts an array.
      public Builder put(String name, List<? extends JsonValue> value) {
        return put(name, new JsonArray(List.copyOf(value)));
      }

      /// Puts `null`.
      public Builder putNull(String name) {
        return put(name, JsonNull.NULL);
      }

      /// Puts a string, or `null` where there is none.
      public Builder putOrNull(String name, Optional<String> value) {
        return value.isPresent() ? put(name, value.get()) : putNull(name);
      }

      /// Puts a string where there is one.
      public Builder putIfPresent(String name, Optional<String> value) {
        return value.isPresent() ? put(name, value.get()) : this;
      }

      /// Puts all these members, in their order.
      public Builder putAll(Map<String, ? extends JsonValue> others) {
        others.forEach(this::put);
        return this;
      }

      /// Takes a member out, where it is.
      public Builder remove(String name) {
        members.remove(name);
        return this;
      }

      /// What was put under that name; empty if nothing was.
      public Optional<JsonValue> get(String name) {
        return Optional.ofNullable(members.get(name));
      }

      /// The object as it is now; the builder may go on.
      public JsonObject build() {
        return new JsonObject(members);
      }
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
