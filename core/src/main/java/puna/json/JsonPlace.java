package puna.json;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A value of a JSON document and the way to it: reads what others wrote, so that every refusal
/// names the place, the rule and what was found.
///
/// ```java
/// JsonPlace question = JsonPlace.of(Json.parse("{\"text\": \"Why?\", \"words\": \"few\"}", "it"));
/// String text = question.get("text").string();
/// Optional<String> title = question.get("title").map(JsonPlace::string); // empty
/// long words = question.get("words").whole(); // $.words: must be an integer, found "few"
/// ```
///
/// A member that is not there is a place too. It is [absent][#isAbsent], as one is that holds
/// `null`. Immutable.
public final class JsonPlace {
  private static final double LARGEST_EXACT = 1L << 53;
  private static final int SHOWN = 80;

  private final @Nullable JsonValue value; // null for a member that is not there, or is null
  private final String path;
  private final Refusal refusal;

  /// In which way a value breaks a rule.
  public enum Fault {
    /// A member that must be there is not.
    MISSING,
    /// The value is of another kind, such as a number where a string must be.
    KIND,
    /// The value is of the right kind and must not be that one.
    VALUE,
    /// The value asks for what is not done here.
    UNSUPPORTED
  }

  /// Makes the exceptions of a document's places.
  @FunctionalInterface
  public interface Refusal {
    /// The exception to be thrown.
    ///
    /// @param place whose value breaks the rule
    /// @param rule such as `must be a string`
    RuntimeException of(JsonPlace place, Fault fault, String rule);
  }

  private JsonPlace(@Nullable JsonValue value, String path, Refusal refusal) {
    this.value = value;
    this.path = path;
    this.refusal = refusal;
  }

  /// A whole document, the path of which is `$`; what is wrong in it is a [JsonException].
  public static JsonPlace of(JsonValue document) {
    return of(document, "$", JsonPlace::exception);
  }

  /// The same with a way to it and exceptions of one's own.
  ///
  /// @param path may be empty; then those of the members are their bare names
  public static JsonPlace of(JsonValue value, String path, Refusal refusal) {
    return new JsonPlace(
        requireNonNull(value, "value"),
        requireNonNull(path, "path"),
        requireNonNull(refusal, "refusal"));
  }

  private static JsonException exception(JsonPlace place, Fault fault, String rule) {
    return new JsonException("%s: %s, found %s".formatted(place.path, rule, place.found()));
  }

  /// The value; JSON's null where there is none.
  public JsonValue value() {
    return value == null ? JsonNull.NULL : value;
  }

  /// The way to it, such as `$.messages[0].role`.
  public String path() {
    return path;
  }

  /// Whether nothing is here, or null.
  public boolean isAbsent() {
    return value() == JsonNull.NULL;
  }

  /// Whether an object is here.
  public boolean isObject() {
    return value instanceof JsonObject;
  }

  /// Whether an array is here.
  public boolean isArray() {
    return value instanceof JsonArray;
  }

  /// What is read from here; empty where it is absent.
  public <T> Optional<T> map(Function<JsonPlace, T> read) {
    return isAbsent() ? Optional.empty() : Optional.of(read.apply(this));
  }

  /// A member of the object that must be here.
  public JsonPlace get(String name) {
    JsonValue member = object().get(name).filter(found -> found != JsonNull.NULL).orElse(null);
    return new JsonPlace(member, path.isEmpty() ? name : path + '.' + name, refusal);
  }

  /// The elements of the array that must be here.
  public List<JsonPlace> elements() {
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      throw wrongKind("must be an array");
    }
    List<JsonPlace> places = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      places.add(new JsonPlace(elements.get(i), path + '[' + i + ']', refusal));
    }
    return places;
  }

  /// The object that must be here.
  public JsonObject object() {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrongKind("must be an object");
  }

  /// The string that must be here.
  public String string() {
    if (value instanceof JsonString(String text)) {
      return text;
    }
    throw wrongKind("must be a string");
  }

  /// Whether `true` is here, where `true` or `false` must be.
  public boolean isTrue() {
    if (value instanceof JsonBoolean truth) {
      return truth == JsonBoolean.TRUE;
    }
    throw wrongKind("must be true or false");
  }

  /// The integer of 64 bits that must be here; `5.0` is one.
  public long whole() {
    if (value instanceof JsonNumber number) {
      try {
        return number.asLong();
      } catch (NumberFormatException e) {
        double found = number.asDouble();
        if (found == Math.rint(found) && Math.abs(found) <= LARGEST_EXACT) {
          return (long) found;
        }
      }
    }
    throw wrongKind("must be an integer");
  }

  /// The integer within bounds that must be here, written without a point.
  public int integer(int least, int most) {
    if (value instanceof JsonNumber(String text) && text.matches("-?[0-9]{1,10}")) {
      long found = Long.parseLong(text);
      if (found >= least && found <= most) {
        return (int) found;
      }
    }
    throw wrongKind("must be an integer in %s..%s".formatted(least, most));
  }

  /// The number that must be here, finite as a double.
  public double number() {
    if (value instanceof JsonNumber number && Double.isFinite(number.asDouble())) {
      return number.asDouble();
    }
    throw wrongKind("must be a finite number");
  }

  /// The exception for a value of another kind than it must be.
  ///
  /// @param rule such as `must be a string or an array of strings`
  public RuntimeException wrongKind(String rule) {
    return refusal.of(this, value == null ? Fault.MISSING : Fault.KIND, rule);
  }

  /// The exception for a value that breaks another rule.
  ///
  /// @param rule such as `must not be empty`
  public RuntimeException refusal(String rule) {
    return refusal.of(this, value == null ? Fault.MISSING : Fault.VALUE, rule);
  }

  /// The exception for a value that asks for what is not done here.
  ///
  /// @param rule such as `must be text: images are not read`
  public RuntimeException unsupported(String rule) {
    return refusal.of(this, Fault.UNSUPPORTED, rule);
  }

  /// The value for a message: `nothing`, or its JSON text, cut where it is long.
  public String found() {
    if (value == null) {
      return "nothing";
    }
    String text = Json.write(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + '…';
  }

  /// What kind of value is here, for a message: `an object`, `a string` …
  public String kind() {
    return switch (value()) {
      case JsonObject _ -> "an object";
      case JsonArray _ -> "an array";
      case JsonString _ -> "a string";
      case JsonNumber _ -> "a number";
      case JsonBoolean _ -> "a boolean";
      case JsonNull _ -> "null";
    };
  }

  /// The path and the value.
  @Override
  public String toString() {
    return path + ": " + found();
  }
}
