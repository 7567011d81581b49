package puna.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// One option: its name, the rule that its values keep, and their form in JSON. Each is a constant
/// of its own; two of one name are two options.
public final class Option<T> {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final String name;
  private final String jsonName;
  private final Form<T> form;
  private final Consumer<T> rule;

  /// How a value is written and read; reading may throw an `IllegalArgumentException` that says
  /// what the value must be.
  private record Form<T>(Function<T, JsonValue> write, Function<JsonValue, T> read) {}

  private Option(String name, String jsonName, Form<T> form, Consumer<T> rule) {
    this.name = name;
    this.jsonName = jsonName;
    this.form = form;
    this.rule = rule;
  }

  /// An option of any type.
  ///
  /// @param name as the API's methods have it, such as `maxTokens`; in JSON it is `max_tokens`
  /// @param read throws an `IllegalArgumentException` that says what the value must be
  public static <T> Option<T> of(
      String name, Function<T, JsonValue> write, Function<JsonValue, T> read) {
    return new Option<>(name, snakeCase(name), new Form<>(write, read), value -> {});
  }

  public static Option<Integer> integer(String name) {
    return of(name, JsonNumber::of, Option::readInteger);
  }

  public static Option<Long> longInteger(String name) {
    return of(name, JsonNumber::of, Option::readLong);
  }

  public static Option<Float> number(String name) {
    return of(name, Option::writeFloat, Option::readFloat);
  }

  /// A time of whole milliseconds, at least one; in JSON their number, under the name with `_ms`.
  public static Option<Duration> time(String name) {
    return Option.<Duration>of(
            name, time -> JsonNumber.of(time.toMillis()), json -> Duration.ofMillis(readLong(json)))
        .inJson(snakeCase(name) + "_ms")
        .keeping(time -> requireTime(name, time));
  }

  private static void requireTime(String name, Duration time) {
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be from 1 millisecond to %s days, found %s"
              .formatted(name, LONGEST.toDays(), time));
    }
  }

  /// One of the constants, in lower case.
  public static <E extends Enum<E>> Option<E> oneOf(String name, Class<E> type) {
    return of(
        name,
        value -> new JsonString(lowerCase(value)),
        json -> constant(type.getEnumConstants(), json));
  }

  /// A list of texts.
  public static Option<List<String>> texts(String name) {
    return of(
        name,
        texts -> new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList()),
        json -> list(json, Option::readText));
  }

  /// The same option with another name in JSON.
  public Option<T> inJson(String otherName) {
    return new Option<>(name, otherName, form, rule);
  }

  /// The same option with a rule that its values keep.
  ///
  /// @param check throws an `IllegalArgumentException` that names the option, the rule and what was
  ///   found
  public Option<T> keeping(Consumer<T> check) {
    return new Option<>(name, jsonName, form, check);
  }

  /// An option whose values are at least `least`.
  public static Option<Integer> integer(String name, int least) {
    return integer(name)
        .keeping(value -> {
          if (value < least) {
            throw new IllegalArgumentException(
                "%s must be %s or more, found %s".formatted(name, least, value));
          }
        });
  }

  /// An option whose values are at least `least`, in 64 bits.
  public static Option<Long> longInteger(String name, long least) {
    return longInteger(name)
        .keeping(value -> {
          if (value < least) {
            throw new IllegalArgumentException(
                "%s must be %s or more, found %s".formatted(name, least, value));
          }
        });
  }

  public String name() {
    return name;
  }

  public String jsonName() {
    return jsonName;
  }

  T checked(T value) {
    rule.accept(value);
    return value;
  }

  JsonValue write(T value) {
    return form.write.apply(value);
  }

  /// @throws JsonException when it is no such value, with the path from the object that has it
  T read(JsonValue value) {
    return inside("." + jsonName, value, json -> checked(form.read.apply(json)));
  }

  @Override
  public String toString() {
    return jsonName;
  }

  /// The number of a JSON value that must be a 32-bit integer.
  public static int readInteger(JsonValue json) {
    long value = readLong(json);
    if (value != (int) value) {
      throw mustBe("an integer of 32 bits", json);
    }
    return (int) value;
  }

  private static long readLong(JsonValue json) {
    if (json instanceof JsonNumber number) {
      try {
        return number.asLong();
      } catch (NumberFormatException e) {
        // told below
      }
    }
    throw mustBe("an integer", json);
  }

  /// The number of a JSON value that must be one.
  public static float readFloat(JsonValue json) {
    if (!(json instanceof JsonNumber number)) {
      throw mustBe("a number", json);
    }
    float value = Float.parseFloat(number.text());
    if (!Float.isFinite(value)) {
      throw mustBe("a number of 32 bits", json);
    }
    return value;
  }

  /// A number with the fewest digits that tell it from other 32-bit numbers.
  public static JsonNumber writeFloat(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no number " + value);
    }
    return new JsonNumber(Float.toString(value));
  }

  public static String readText(JsonValue json) {
    if (json instanceof JsonString(String text)) {
      return text;
    }
    throw mustBe("a string", json);
  }

  public static JsonObject readObject(JsonValue json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw mustBe("an object", json);
  }

  public static boolean readBoolean(JsonValue json) {
    if (json instanceof JsonBoolean truth) {
      return truth == JsonBoolean.TRUE;
    }
    throw mustBe("true or false", json);
  }

  public static List<JsonValue> elements(JsonValue json) {
    if (json instanceof JsonArray(List<JsonValue> elements)) {
      return elements;
    }
    throw mustBe("an array", json);
  }

  /// A value inside another, such as an element of an array.
  ///
  /// @param place of it in the other, such as `[2]` or `.name`
  /// @param read throws an `IllegalArgumentException` that says what the value must be, or a
  ///   `JsonException` with the path from there
  /// @throws JsonException for both, with the path from the other
  public static <T> T inside(String place, JsonValue json, Function<JsonValue, T> read) {
    try {
      return read.apply(json);
    } catch (JsonException e) {
      String message = String.valueOf(e.getMessage());
      throw new JsonException(
          message.startsWith("$") ? "$" + place + message.substring(1) : message, e);
    } catch (IllegalArgumentException e) {
      throw new JsonException("$%s: %s".formatted(place, e.getMessage()), e);
    }
  }

  /// Members with values of one form, in their order.
  public static <T> Map<String, T> members(JsonValue json, Function<JsonValue, T> read) {
    Map<String, T> members = new LinkedHashMap<>();
    readObject(json)
        .members()
        .forEach((name, value) -> members.put(name, inside("." + name, value, read)));
    return Collections.unmodifiableMap(members);
  }

  private static <E extends Enum<E>> E constant(E[] constants, JsonValue json) {
    for (E constant : constants) {
      if (json.equals(new JsonString(lowerCase(constant)))) {
        return constant;
      }
    }
    String known =
        Arrays.stream(constants)
            .map(constant -> '"' + lowerCase(constant) + '"')
            .collect(Collectors.joining(", "));
    throw mustBe("one of " + known, json);
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// A complaint about a value of the wrong kind.
  public static IllegalArgumentException mustBe(String rule, JsonValue found) {
    String text = Json.write(found);
    return new IllegalArgumentException(
        "must be %s, found %s"
            .formatted(rule, text.length() <= 80 ? text : text.substring(0, 80) + "…"));
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /// The elements of a JSON array that all have one form.
  public static <T> List<T> list(JsonValue json, Function<JsonValue, T> read) {
    List<T> list = new ArrayList<>();
    for (JsonValue element : elements(json)) {
      list.add(inside("[" + list.size() + "]", element, read));
    }
    return List.copyOf(list);
  }
}
