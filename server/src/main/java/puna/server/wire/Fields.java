package puna.server.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The fields of a request's object, read by name and type. `null` is as good as absent; fields
/// that nobody asks for are ignored.
public final class Fields {
  private static final double LARGEST_EXACT = 1L << 53;

  private final JsonObject object;
  private final String path; // empty at the top

  private Fields(JsonObject object, String path) {
    this.object = object;
    this.path = path;
  }

  /// The fields of a whole request.
  ///
  /// @throws Failure when it is no object
  public static Fields of(JsonValue value) {
    return of(value, "");
  }

  /// The fields of the object at that path.
  ///
  /// @throws Failure when it is no object
  public static Fields of(JsonValue value, String path) {
    if (value instanceof JsonObject object) {
      return new Fields(object, path);
    }
    throw Failure.wrongType(path.isEmpty() ? "the request" : path, "an object", kind(value));
  }

  /// The object itself.
  public JsonObject json() {
    return object;
  }

  /// The path of a field here, such as `messages[0].role`.
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /// The path of this object; empty for the whole request.
  public String path() {
    return path;
  }

  /// The value of a field; empty when it is absent or null.
  public Optional<JsonValue> value(String name) {
    return object.get(name).filter(value -> value != JsonNull.NULL);
  }

  /// Whether a field is there, and not null.
  public boolean has(String name) {
    return value(name).isPresent();
  }

  /// A string.
  public Optional<String> text(String name) {
    return value(name).map(value -> text(value, path(name)));
  }

  /// A string that must be there.
  public String requiredText(String name) {
    return text(name).orElseThrow(() -> Failure.missing(path(name), "a string is needed"));
  }

  /// A boolean.
  public Optional<Boolean> bool(String name) {
    return value(name)
        .map(value -> {
          if (value instanceof JsonBoolean bool) {
            return bool == JsonBoolean.TRUE;
          }
          throw Failure.wrongType(path(name), "true or false", kind(value));
        });
  }

  /// A boolean, false when absent.
  public boolean isSet(String name) {
    return bool(name).orElse(false);
  }

  /// An integer of 64 bits.
  public OptionalLong whole(String name) {
    Optional<JsonValue> value = value(name);
    return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(whole(value.get(), path(name)));
  }

  /// An integer within bounds.
  public OptionalInt integer(String name, int least, int most) {
    OptionalLong value = whole(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < least || value.getAsLong() > most) {
      throw outside(name, Integer.toString(least), Integer.toString(most), value.getAsLong());
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  /// A finite number within bounds.
  public OptionalDouble number(String name, double least, double most) {
    Optional<JsonValue> value = value(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!(value.get() instanceof JsonNumber number)) {
      throw Failure.wrongType(path(name), "a number", kind(value.get()));
    }
    double found = number.asDouble();
    if (!(found >= least && found <= most)) {
      throw outside(name, plain(least), plain(most), number.text());
    }
    return OptionalDouble.of(found);
  }

  private Failure outside(String name, String least, String most, Object found) {
    return Failure.invalid(
        path(name),
        "%s: must be from %s to %s, found %s".formatted(path(name), least, most, found));
  }

  /// A number without needless digits.
  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < LARGEST_EXACT
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /// An object.
  public Optional<Fields> object(String name) {
    return value(name).map(value -> of(value, path(name)));
  }

  /// An array.
  public Optional<List<JsonValue>> array(String name) {
    return value(name).map(value -> array(value, path(name)));
  }

  /// An array of objects; none when absent.
  public List<Fields> objects(String name) {
    List<JsonValue> values = array(name).orElse(List.of());
    List<Fields> fields = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      fields.add(of(values.get(i), "%s[%s]".formatted(path(name), i)));
    }
    return fields;
  }

  /// A string, or an array of strings; none when absent.
  public List<String> texts(String name) {
    Optional<JsonValue> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof JsonString(String text)) {
      return List.of(text);
    }
    if (!(value.get() instanceof JsonArray(List<JsonValue> elements))) {
      throw Failure.wrongType(path(name), "a string or an array of strings", kind(value.get()));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      texts.add(text(elements.get(i), "%s[%s]".formatted(path(name), i)));
    }
    return texts;
  }

  /// That value as a string.
  public static String text(JsonValue value, String path) {
    if (value instanceof JsonString(String text)) {
      return text;
    }
    throw Failure.wrongType(path, "a string", kind(value));
  }

  /// That value as an array.
  public static List<JsonValue> array(JsonValue value, String path) {
    if (value instanceof JsonArray(List<JsonValue> elements)) {
      return elements;
    }
    throw Failure.wrongType(path, "an array", kind(value));
  }

  /// That value as an integer of 64 bits; `5.0` is one.
  public static long whole(JsonValue value, String path) {
    if (!(value instanceof JsonNumber number)) {
      throw Failure.wrongType(path, "an integer", kind(value));
    }
    try {
      return number.asLong();
    } catch (NumberFormatException e) {
      double found = number.asDouble();
      if (found == Math.rint(found) && Math.abs(found) <= LARGEST_EXACT) {
        return (long) found;
      }
      throw Failure.wrongType(path, "an integer", number.text());
    }
  }

  /// What kind of value that is, for a message.
  public static String kind(JsonValue value) {
    return switch (value) {
      case JsonObject _ -> "an object";
      case JsonArray _ -> "an array";
      case JsonString _ -> "a string";
      case JsonNumber _ -> "a number";
      case JsonBoolean _ -> "a boolean";
      case JsonNull _ -> "null";
    };
  }
}
