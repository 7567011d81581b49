package puna.chat;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonSchemas;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A function that the model may ask for, as it is described to the model.
public final class Tool {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,128}");

  private final String name;
  private final String description;
  private final JsonObject parameters;

  private Tool(String name, String description, JsonObject parameters) {
    this.name = name;
    this.description = requireNonNull(description, "description");
    this.parameters = requireNonNull(parameters, "parameters");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a tool's name must be 1 to 128 letters, digits or _-.:/, found \"%s\"".formatted(name));
    }
  }

  /// A tool whose arguments a JSON Schema describes.
  ///
  /// @param name letters, digits, `_`, `-`, `.`, `:` and `/`, at most 128
  /// @param description what it does, in words for the model; may be empty
  /// @param parameters the JSON Schema of its arguments, which are one object
  /// @throws IllegalArgumentException when the name is none
  public static Tool of(String name, String description, JsonObject parameters) {
    return new Tool(name, description, parameters);
  }

  /// A tool whose arguments are a record's components; [ToolCall#arguments(Class)] reads them.
  ///
  /// @throws IllegalArgumentException when the name is none, or the type has no JSON form
  public static Tool of(String name, String description, Type arguments) {
    return new Tool(name, description, JsonSchemas.of(arguments));
  }

  /// A tool without arguments.
  public static Tool of(String name, String description) {
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    schema.put("type", new JsonString("object"));
    schema.put("properties", new JsonObject(Map.of()));
    return new Tool(name, description, new JsonObject(schema));
  }

  /// True where a tool may have that name.
  public static boolean isName(CharSequence name) {
    return NAME.matcher(name).matches();
  }

  public String name() {
    return name;
  }

  public String description() {
    return description;
  }

  public JsonObject parameters() {
    return parameters;
  }

  /// The tool as `{"name": …, "description": …, "parameters": …}`.
  public JsonObject toJson() {
    return MessageJson.write(this);
  }

  /// A tool from that JSON.
  ///
  /// @throws JsonException when it is no tool, with the path to what is wrong
  public static Tool fromJson(JsonObject json) {
    return MessageJson.tool(json);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tool tool
        && name.equals(tool.name)
        && description.equals(tool.description)
        && parameters.equals(tool.parameters);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "Tool[name=%s, description=%s, parameters=%s]".formatted(name, description, parameters);
  }
}
