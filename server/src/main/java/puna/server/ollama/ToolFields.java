package puna.server.ollama;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.chat.Tool;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The tools of a chat request.
final class ToolFields {
  private ToolFields() {}

  /// All of them; none where the request has none.
  static List<Tool> read(Fields request) {
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields fields : request.objects("tools")) {
      Tool tool = tool(fields);
      if (!names.add(tool.name())) {
        throw Failure.invalid(
            fields.path(), "%s: two tools have the name %s".formatted(fields.path(), tool.name()));
      }
      tools.add(tool);
    }
    return tools;
  }

  private static Tool tool(Fields tool) {
    String type = tool.text("type").orElse("function");
    if (!type.equals("function")) {
      throw Failure.unsupported(
          tool.path("type"), "%s: must be function, found %s".formatted(tool.path("type"), type));
    }
    Fields function =
        tool.object("function")
            .orElseThrow(() -> Failure.missing(tool.path("function"), "an object is needed"));
    String name = function.requiredText("name");
    String description = function.text("description").orElse("");
    Optional<Fields> parameters = function.object("parameters");
    try {
      return parameters.isEmpty() || parameters.get().json().members().isEmpty()
          ? Tool.of(name, description)
          : Tool.of(name, description, parameters.get().json());
    } catch (IllegalArgumentException e) {
      String wrong = function.path(Tool.isName(name) ? "parameters" : "name");
      throw Failure.invalid(wrong, wrong + ": " + e.getMessage());
    }
  }
}
