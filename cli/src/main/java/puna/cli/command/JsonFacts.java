package puna.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.tensor.OutOfRange;
import puna.text.FileText;

/// The project's facts as JSON values.
public final class JsonFacts {
  private JsonFacts() {}

  /// NaN and infinities, which JSON cannot say, become null.
  public static JsonValue number(double value) {
    return Double.isFinite(value) ? JsonNumber.of(value) : JsonNull.NULL;
  }

  public static JsonArray ids(int[] ids) {
    return new JsonArray(Arrays.stream(ids).<JsonValue>mapToObj(JsonNumber::of).toList());
  }

  /// A metadata value of any kind.
  public static JsonValue of(Object value) {
    return switch (value) {
      case String text -> new JsonString(FileText.shown(text));
      case Long number -> JsonNumber.of(number);
      case Double number -> number(number.doubleValue());
      case Boolean flag -> JsonBoolean.of(flag);
      case long[] array ->
          new JsonArray(Arrays.stream(array).<JsonValue>mapToObj(JsonNumber::of).toList());
      case double[] array ->
          new JsonArray(Arrays.stream(array).mapToObj(JsonFacts::number).toList());
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
}
