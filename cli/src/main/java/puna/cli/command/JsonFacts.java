package puna.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.OutOfRange;
import puna.text.FileText;

/// JSON objects as they are put together, member after member.
public final class JsonFacts {
  private final SequencedMap<String, JsonValue> members = new LinkedHashMap<>();

  private JsonFacts() {}

  public static JsonFacts object() {
    return new JsonFacts();
  }

  public JsonFacts put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  public JsonFacts put(String name, String value) {
    return put(name, new JsonString(value));
  }

  public JsonFacts put(String name, long value) {
    return put(name, JsonNumber.of(value));
  }

  /// NaN and infinities, which JSON cannot say, become null.
  public JsonFacts put(String name, double value) {
    return put(name, of(value));
  }

  public JsonObject build() {
    return new JsonObject(members);
  }

  public static JsonArray ids(int[] ids) {
    return new JsonArray(Arrays.stream(ids).<JsonValue>mapToObj(JsonNumber::of).toList());
  }

  /// A metadata value of any kind.
  public static JsonValue of(Object value) {
    return switch (value) {
      case String text -> new JsonString(FileText.shown(text));
      case Long number -> JsonNumber.of(number);
      case Double number -> of(number.doubleValue());
      case Boolean flag -> JsonBoolean.of(flag);
      case long[] array ->
          new JsonArray(Arrays.stream(array).<JsonValue>mapToObj(JsonNumber::of).toList());
      case double[] array -> new JsonArray(Arrays.stream(array).mapToObj(JsonFacts::of).toList());
      case boolean[] array ->
          new JsonArray(
              IntStream.range(0, array.length)
                  .<JsonValue>mapToObj(i -> JsonBoolean.of(array[i]))
                  .toList());
      case OutOfRange odd -> of(odd.found());
      case List<?> list -> new JsonArray(list.stream().map(JsonFacts::of).toList());
      default -> new JsonString(value.toString());
    };
  }

  private static JsonValue of(double value) {
    return Double.isFinite(value) ? JsonNumber.of(value) : JsonNull.NULL;
  }
}
