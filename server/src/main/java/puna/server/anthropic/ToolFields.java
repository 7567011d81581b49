package puna.server.anthropic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.ChatOptions;
import puna.ChatOptions.ToolCalls;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The tools of a request, and whether they are called.
final class ToolFields {
  private static final JsonObject ANY_OBJECT =
      new JsonObject(Map.of("type", new JsonString("object")));

  private ToolFields() {}

  static ChatOptions read(Fields request, ChatOptions options) {
    List<Tool> tools = tools(request);
    Optional<Fields> choice = request.object("tool_choice");
    Optional<ToolChoice> chosen = choice.map(fields -> choice(fields, tools));
    if (tools.isEmpty()) {
      return options;
    }
    ChatOptions with = options.withTools(tools);
    with = chosen.isPresent() ? with.withToolChoice(chosen.get()) : with;
    boolean one = choice.filter(fields -> fields.isSet("disable_parallel_tool_use")).isPresent();
    return one ? with.withToolCalls(ToolCalls.ONE) : with;
  }

  private static List<Tool> tools(Fields request) {
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields fields : request.objects("tools")) {
      Tool tool = tool(fields);
      if (!names.add(tool.name())) {
        throw Failure.invalid(
            fields.path("name"),
            "%s: two tools have the name %s".formatted(fields.path("name"), tool.name()));
      }
      tools.add(tool);
    }
    return tools;
  }

  private static Tool tool(Fields tool) {
    String type = tool.text("type").orElse("custom");
    if (!type.equals("custom")) {
      throw Failure.unsupported(
          tool.path("type"),
          "%s: this server runs no tools, so it knows those of type custom alone, found %s"
              .formatted(tool.path("type"), type));
    }
    String name = tool.requiredText("name");
    JsonObject schema =
        tool.object("input_schema")
            .map(Fields::json)
            .filter(given -> !given.members().isEmpty())
            .orElse(ANY_OBJECT);
    try {
      return Tool.of(name, tool.text("description").orElse(""), schema);
    } catch (IllegalArgumentException e) {
      String wrong = tool.path(Tool.isName(name) ? "input_schema" : "name");
      throw Failure.invalid(wrong, wrong + ": " + e.getMessage());
    }
  }

  private static ToolChoice choice(Fields choice, List<Tool> tools) {
    String type = choice.requiredText("type");
    return switch (type) {
      case "auto" -> ToolChoice.auto();
      case "none" -> ToolChoice.none();
      case "any" -> {
        requireTool(choice, tools);
        yield ToolChoice.required();
      }
      case "tool" -> {
        requireTool(choice, tools);
        yield ToolChoice.named(known(choice, tools));
      }
      default ->
          throw Failure.invalid(
              choice.path("type"),
              "%s: must be auto, any, tool or none, found %s".formatted(choice.path("type"), type));
    };
  }

  /// A promise of a call that nobody could keep is refused.
  private static void requireTool(Fields choice, List<Tool> tools) {
    if (tools.isEmpty()) {
      throw Failure.invalid(
          choice.path(), choice.path() + ": a call is required, and there is no tool");
    }
  }

  private static String known(Fields choice, List<Tool> tools) {
    String name = choice.requiredText("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw Failure.invalid(
          choice.path("name"),
          "%s: there is no tool of the name %s".formatted(choice.path("name"), name));
    }
    return name;
  }
}
