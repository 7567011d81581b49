package puna.server.wire;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import puna.json.JsonPlace;
import puna.json.JsonPlace.Fault;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The fields of a request's object, read by name and type. `null` is as good as absent; fields
/// that nobody asks for are ignored.
public final class Fields {
  private static final double LARGEST_EXACT = 1L << 53;
  private static final String MUST_BE = "must be ";

  private final JsonPlace place;

  private Fields(JsonPlace place) {
    this.place = place;
    place.object();
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
    return new Fields(place(value, path));
  }

  /// A value of a request, the refusals of which are failures.
  public static JsonPlace place(JsonValue value, String path) {
    return JsonPlace.of(value, path, Fields::failure);
  }

  private static Failure failure(JsonPlace place, Fault fault, String rule) {
    if (place.path().isEmpty()) {
      return Failure.of(
              Failure.Kind.INVALID, "the request: %s, found %s".formatted(rule, place.kind()))
          .withCode("invalid_type");
    }
    String path = place.path();
    String wanted = rule.startsWith(MUST_BE) ? rule.substring(MUST_BE.length()) : rule;
    return switch (fault) {
      case MISSING -> Failure.missing(path, wanted + " is needed");
      case KIND -> Failure.wrongType(path, wanted, kindOrNumber(place));
      case VALUE -> Failure.invalid(path, message(place, rule));
      case UNSUPPORTED -> Failure.unsupported(path, message(place, rule));
    };
  }

  /// A number that is no integer is told, since another one may be meant.
  private static String kindOrNumber(JsonPlace place) {
    return place.value() instanceof JsonNumber(String text) ? text : place.kind();
  }

  private static String message(JsonPlace place, String rule) {
    String found = place.value() instanceof JsonString(String text) ? text : place.found();
    return "%s: %s, found %s".formatted(place.path(), rule, found);
  }

  /// The place of a field.
  public JsonPlace at(String name) {
    return place.get(name);
  }

  /// The object itself.
  public JsonObject json() {
    return place.object();
  }

  /// The path of a field here, such as `messages[0].role`.
  public String path(String name) {
    return place.get(name).path();
  }

  /// The path of this object; empty for the whole request.
  public String path() {
    return place.path();
  }

  /// The value of a field; empty when it is absent or null.
  public Optional<JsonValue> value(String name) {
    return place.get(name).map(JsonPlace::value);
  }

  /// Whether a field is there, and not null.
  public boolean has(String name) {
    return !place.get(name).isAbsent();
  }

  /// A string.
  public Optional<String> text(String name) {
    return place.get(name).map(JsonPlace::string);
  }

  /// A string that must be there.
  public String requiredText(String name) {
    return place.get(name).string();
  }

  /// A boolean.
  public Optional<Boolean> bool(String name) {
    return place.get(name).map(JsonPlace::isTrue);
  }

  /// A boolean, false when absent.
  public boolean isSet(String name) {
    return bool(name).orElse(false);
  }

  /// An integer of 64 bits.
  public OptionalLong whole(String name) {
    JsonPlace field = place.get(name);
    return field.isAbsent() ? OptionalLong.empty() : OptionalLong.of(field.whole());
  }

  /// An integer within bounds.
  public OptionalInt integer(String name, int least, int most) {
    OptionalLong value = whole(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < least || value.getAsLong() > most) {
      throw outside(place.get(name), Integer.toString(least), Integer.toString(most));
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  /// A finite number within bounds.
  public OptionalDouble number(String name, double least, double most) {
    JsonPlace field = place.get(name);
    if (field.isAbsent()) {
      return OptionalDouble.empty();
    }
    if (!(field.value() instanceof JsonNumber number)) {
      throw field.wrongKind("must be a number");
    }
    double found = number.asDouble();
    if (!(found >= least && found <= most)) {
      throw outside(field, plain(least), plain(most));
    }
    return OptionalDouble.of(found);
  }

  private static RuntimeException outside(JsonPlace field, String least, String most) {
    return field.refusal("must be from %s to %s".formatted(least, most));
  }

  /// A number without needless digits.
  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < LARGEST_EXACT
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /// An object.
  public Optional<Fields> object(String name) {
    return place.get(name).map(Fields::new);
  }

  /// An array.
  public Optional<List<JsonValue>> array(String name) {
    return place.get(name).map(Fields::elements);
  }

  private static List<JsonValue> elements(JsonPlace array) {
    return array.elements().stream().map(JsonPlace::value).toList();
  }

  /// An array of objects; none when absent.
  public List<Fields> objects(String name) {
    return places(name).stream().map(Fields::new).toList();
  }

  /// The elements of an array; none when absent.
  public List<JsonPlace> places(String name) {
    return place.get(name).map(JsonPlace::elements).orElse(List.of());
  }

  /// A string, or an array of strings; none when absent.
  public List<String> texts(String name) {
    JsonPlace field = place.get(name);
    if (field.isAbsent()) {
      return List.of();
    }
    if (field.value() instanceof JsonString(String text)) {
      return List.of(text);
    }
    if (!field.isArray()) {
      throw field.wrongKind("must be a string or an array of strings");
    }
    return field.elements().stream().map(JsonPlace::string).toList();
  }

  /// That value as a string.
  public static String text(JsonValue value, String path) {
    return place(value, path).string();
  }

  /// That value as an array.
  public static List<JsonValue> array(JsonValue value, String path) {
    return elements(place(value, path));
  }

  /// That value as an integer of 64 bits; `5.0` is one.
  public static long whole(JsonValue value, String path) {
    return place(value, path).whole();
  }

  /// What kind of value that is, for a message.
  public static String kind(JsonValue value) {
    return place(value, "").kind();
  }
}
