package puna.json.file;

import java.util.List;
import java.util.Map;
import puna.error.JsonException;
import puna.error.ModelFormatException;
import puna.json.Json;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A JSON file of a model.
public final class JsonFile {
  private static final int SHOWN = 80;

  private JsonFile() {}

  /// The whole of it; what is wrong in it is a `ModelFormatException`.
  ///
  /// @param origin the file's name
  /// @throws ModelFormatException when it is not JSON
  public static JsonPlace read(byte[] file, String origin) {
    try {
      return JsonPlace.of(
          Json.parse(file, origin),
          "$",
          (place, fault, rule) ->
              new ModelFormatException(
                  "%s: %s %s, found %s"
                      .formatted(origin, place.path(), rule, shown(place.value()))));
    } catch (JsonException e) {
      throw new ModelFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Some of these values are a vocabulary's thousands of tokens: their number says enough.
  private static String shown(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> '"' + shortened(text) + '"';
      case JsonNumber(String text) -> shortened(text);
      case JsonBoolean bool -> bool == JsonBoolean.TRUE ? "true" : "false";
      case JsonNull _ -> "nothing";
      case JsonArray(List<JsonValue> elements) -> "an array of " + elements.size();
      case JsonObject(Map<String, JsonValue> members) ->
          members.get("type") instanceof JsonString(String type)
              ? "an object of type \"" + shortened(type) + '"'
              : "an object of " + members.size();
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + '…';
  }
}
