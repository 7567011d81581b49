package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import puna.chat.OpenAiJson;
import puna.chat.Tool;
import puna.cli.command.CommandException;
import puna.cli.command.JsonInput;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;

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
      tools.add(
          OpenAiJson.tool(JsonInput.of(element, "%s: tool %s".formatted(file, tools.size() + 1))));
    }
    return tools;
  }
}
