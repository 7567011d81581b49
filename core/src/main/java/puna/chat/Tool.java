package puna.chat;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonSchemas;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The description of a function that the model may call: name, purpose, JSON Schema of its
/// arguments. Your code runs the function; the module `puna-agent` does it for you.
public final class Tool {
  static final String NAME_RULE = "1 to 128 letters, digits or _-.:/";

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
          "a tool's name must be %s, found \"%s\"".formatted(NAME_RULE, name));
    }
    requireObject(parameters);
  }

  /// A call's arguments are one object: a schema that allows none could never be kept.
  private static void requireObject(JsonObject schema) {
    if (!isOfObjects(schema)) {
      throw new IllegalArgumentException(
          "the arguments of a tool are one object, so the \"type\" of their schema must be"
              + " \"object\", found "
              + schema.get("type").map(Json::write).orElse("nothing"));
    }
  }

  static boolean isOfObjects(JsonObject schema) {
    JsonString object = new JsonString("object");
    JsonValue type = schema.get("type").orElse(object);
    return type.equals(object)
        || (type instanceof JsonArray(List<JsonValue> types) && types.contains(object));
  }

  /// A tool whose arguments are described by a JSON Schema.
  ///
  /// @param name 1 to 128 letters, digits, `_`, `-`, `.`, `:` and `/`
  /// @param description what it does, in words for the model; may be empty
  /// @param parameters the JSON Schema of its arguments, which form one object
  /// @throws IllegalArgumentException when the name has other characters or another length, or the
  ///   schema's `type` is not an object's
  public static Tool of(String name, String description, JsonObject parameters) {
    return new Tool(name, description, parameters);
  }

  /// A tool whose arguments are the components of a record; [ToolCall#arguments(Class)] reads them.
  ///
  /// @param arguments the record's class
  /// @throws IllegalArgumentException when the name is not allowed, or the type has no JSON form
  public static Tool of(String name, String description, Type arguments) {
    return new Tool(name, description, JsonSchemas.of(arguments));
  }

  /// A tool without arguments: a call that has some is wrong.
  ///
  /// @throws IllegalArgumentException when the name is not allowed
  public static Tool of(String name, String description) {
    JsonObject schema =
        JsonObject.builder()
            .put("type", "object")
            .put("properties", JsonObject.builder())
            .put("additionalProperties", false)
            .build();
    return new Tool(name, description, schema);
  }

  /// Whether a name is allowed for a tool.
  public static boolean isName(CharSequence name) {
    return NAME.matcher(name).matches();
  }

  /// The name by which the model calls it.
  public String name() {
    return name;
  }

  /// What it does, in words for the model; may be empty.
  public String description() {
    return description;
  }

  /// The JSON Schema of its arguments.
  public JsonObject parameters() {
    return parameters;
  }

  /// The tool as `{"name": …, "description": …, "parameters": …}`.
  public JsonObject toJson() {
    return MessageJson.write(this);
  }

  /// A tool from JSON as [#toJson] writes it; `description` and `parameters` may be missing.
  ///
  /// @throws JsonException when it is not a tool; the message has the path to what is wrong
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
