package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import puna.chat.Tool;
import puna.cli.command.CommandException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Tools in a file: a JSON array of `{"type": "function", "function": {…}}`, or of the inner
/// objects with name, description and parameters alone.
final class ToolFile {
  private ToolFile() {}

  /// @throws CommandException when it holds something else
  static List<Tool> read(Path file) throws IOException {
    JsonValue content;
    try (InputStream stream = TextFile.open(file)) {
      content = Json.parse(stream.readAllBytes(), file.toString());
    }
    if (!(content instanceof JsonArray(List<JsonValue> elements))) {
      throw new CommandException(file + ": expected a JSON array of tools");
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonValue element : elements) {
      tools.add(tool(element, "%s: tool %s".formatted(file, tools.size() + 1)));
    }
    return tools;
  }

  private static Tool tool(JsonValue value, String place) {
    JsonObject tool = object(value, place);
    JsonObject function = object(tool.get("function").orElse(tool), place + ": function");
    JsonValue parameters = function.get("parameters").orElse(JsonObject.builder().build());
    try {
      return Tool.of(
          string(function, "name", place),
          string(function, "description", place),
          object(parameters, place + ": parameters"));
    } catch (IllegalArgumentException e) {
      throw new CommandException(place + ": " + e.getMessage(), e);
    }
  }

  private static JsonObject object(JsonValue value, String place) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new CommandException(
        "%s must be a JSON object, found %s".formatted(place, excerpt(value)));
  }

  /// The text of a member; empty where it is missing or null.
  private static String string(JsonObject object, String name, String place) {
    return switch (object.get(name).orElse(JsonNull.NULL)) {
      case JsonString(String text) -> text;
      case JsonNull _ -> "";
      case JsonValue other ->
          throw new CommandException(
              "%s: %s must be a JSON string, found %s".formatted(place, name, excerpt(other)));
    };
  }

  private static String excerpt(JsonValue value) {
    String text = Json.write(value);
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
