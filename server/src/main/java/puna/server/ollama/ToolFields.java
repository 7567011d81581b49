package puna.server.ollama;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import puna.chat.OpenAiJson;
import puna.chat.Tool;
import puna.json.JsonPlace;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The tools of a chat request.
final class ToolFields {
  private ToolFields() {}

  /// All of them; none where the request has none.
  static List<Tool> read(Fields request) {
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonPlace place : request.places("tools")) {
      Tool tool = OpenAiJson.tool(place);
      if (!names.add(tool.name())) {
        throw Failure.invalid(
            place.path(), "%s: two tools have the name %s".formatted(place.path(), tool.name()));
      }
      tools.add(tool);
    }
    return tools;
  }
}
