package puna.json.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import puna.error.JsonException;
import puna.error.ModelFormatException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A value of a JSON file and the way to it, so that every refusal can name the place.
///
/// @param origin the file's name
/// @param path such as `$.model.merges[3]`
public record JsonPlace(String origin, String path, JsonValue value) {
  private static final int SHOWN = 80;

  /// The whole of a file.
  ///
  /// @throws ModelFormatException when it is not JSON
  public static JsonPlace of(byte[] file, String origin) {
    try {
      return new JsonPlace(origin, "$", Json.parse(file, origin));
    } catch (JsonException e) {
      throw new ModelFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  /// A member of this object; JSON's null where it is absent.
  public JsonPlace get(String name) {
    return new JsonPlace(origin, path + '.' + name, object().getOrDefault(name, JsonNull.NULL));
  }

  public boolean isNull() {
    return value == JsonNull.NULL;
  }

  /// Null, or a text with nothing in it.
  public boolean isBlank() {
    return isNull() || (value instanceof JsonString(String text) && text.isEmpty());
  }

  public boolean isArray() {
    return value instanceof JsonArray;
  }

  public boolean isObject() {
    return value instanceof JsonObject;
  }

  public Map<String, JsonValue> object() {
    if (value instanceof JsonObject(Map<String, JsonValue> members)) {
      return members;
    }
    throw refusal("must be an object");
  }

  public List<JsonPlace> elements() {
    if (value instanceof JsonArray(List<JsonValue> elements)) {
      List<JsonPlace> places = new ArrayList<>(elements.size());
      for (int i = 0; i < elements.size(); i++) {
        places.add(new JsonPlace(origin, path + '[' + i + ']', elements.get(i)));
      }
      return places;
    }
    throw refusal("must be an array");
  }

  public String string() {
    if (value instanceof JsonString(String text)) {
      return text;
    }
    throw refusal("must be a string");
  }

  public boolean isTrue(Boolean byDefault) {
    if (isNull()) {
      return byDefault;
    }
    if (value instanceof JsonBoolean found) {
      return found == JsonBoolean.TRUE;
    }
    throw refusal("must be true or false");
  }

  public int integer(int most) {
    if (value instanceof JsonNumber(String text)
        && text.matches("[0-9]{1,9}")
        && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    throw refusal("must be an integer in 0.." + most);
  }

  /// An integer of at least 1.
  public int positive(int most) {
    if (value instanceof JsonNumber(String text) && text.matches("[0-9]{1,9}")) {
      int found = Integer.parseInt(text);
      if (found >= 1 && found <= most) {
        return found;
      }
    }
    throw refusal("must be an integer in 1.." + most);
  }

  /// A finite number.
  public double number() {
    if (value instanceof JsonNumber(String text)) {
      double found = Double.parseDouble(text);
      if (Double.isFinite(found)) {
        return found;
      }
    }
    throw refusal("must be a finite number");
  }

  public ModelFormatException refusal(String rule) {
    return new ModelFormatException("%s: %s %s, found %s".formatted(origin, path, rule, shown()));
  }

  private String shown() {
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
