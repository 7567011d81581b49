package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A function that the model may ask for, as it is described to the model.
///
/// @param name letters, digits, `_`, `-`, `.`, `:` and `/`, at most 128
/// @param description what it does, in words for the model; may be empty
/// @param parameters the JSON Schema of its arguments, which are one object
public record Tool(String name, String description, JsonObject parameters) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,128}");

  /// @throws IllegalArgumentException when the name is none
  public Tool {
    requireNonNull(description, "description");
    requireNonNull(parameters, "parameters");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a tool's name must be 1 to 128 letters, digits or _-.:/, found \"%s\"".formatted(name));
    }
  }

  /// True where a tool may have that name.
  public static boolean isName(CharSequence name) {
    return NAME.matcher(name).matches();
  }

  /// A tool without arguments.
  public static Tool of(String name, String description) {
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    schema.put("type", new JsonString("object"));
    schema.put("properties", new JsonObject(Map.of()));
    return new Tool(name, description, new JsonObject(schema));
  }
}
