package puna.agent;

import static java.util.function.Predicate.isEqual;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.agent.ToolHints.Effect;
import puna.chat.Tool;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;

/// Reads a server's list of tools. A tool that cannot be used is left out, and the others stay.
final class McpToolList {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final int MAX_PAGES = 256; // a server may go on for ever
  private static final int MAX_TITLE = 200;

  /// Calls a tool by the name that the server knows it by.
  @FunctionalInterface
  interface Caller {
    String call(String name, JsonObject arguments) throws InterruptedException;
  }

  private final McpServer server;
  private final Caller caller;
  private final Map<String, AgentTool> found = new LinkedHashMap<>();

  private McpToolList(McpServer server, Caller caller) {
    this.server = server;
    this.caller = caller;
  }

  static List<AgentTool> read(McpServer server, McpSession session, Caller caller)
      throws InterruptedException {
    McpToolList list = new McpToolList(server, caller);
    JsonObject place = McpJson.EMPTY;
    for (int pages = 0; session.offersTools() && pages < MAX_PAGES; pages++) {
      JsonObject page = session.request("tools/list", place);
      McpJson.list(page, "tools").forEach(list::add);
      Optional<String> cursor = McpJson.string(page, "nextCursor");
      if (cursor.isEmpty() || list.found.size() == McpTools.MAX_TOOLS) {
        break;
      }
      place = McpJson.with(McpJson.EMPTY, "cursor", cursor.get());
    }
    return List.copyOf(list.found.values());
  }

  private void add(JsonValue entry) {
    if (!(entry instanceof JsonObject tool) || found.size() == McpTools.MAX_TOOLS) {
      return;
    }
    String name = McpJson.string(tool, "name").orElse("");
    if (!Tool.isName(name) || !Tool.isName(server.prefix() + name)) {
      leaveOut(name, "it has no allowed name");
    } else if (McpJson.string(McpJson.object(tool, "execution"), "taskSupport")
        .filter(isEqual("required"))
        .isPresent()) {
      leaveOut(name, "it runs as a task only");
    } else {
      try {
        found.putIfAbsent(name, tool(name, tool));
      } catch (IllegalArgumentException e) {
        leaveOut(name, McpText.message(e));
      }
    }
  }

  private void leaveOut(String name, String why) {
    LOGGER.log(
        Level.DEBUG,
        () ->
            "the tool \"%s\" of %s is left out: %s"
                .formatted(McpText.line(name, 128), server, why));
  }

  private AgentTool tool(String name, JsonObject tool) {
    String description = McpJson.string(tool, "description").orElse("");
    return new AgentTool(
        Tool.of(
            server.prefix() + name,
            McpText.cut(description, McpTools.MAX_DESCRIPTION),
            schema(tool)),
        arguments -> caller.call(name, arguments),
        hints(tool));
  }

  /// The schema as the server sent it; a missing type is added.
  private static JsonObject schema(JsonObject tool) {
    JsonObject sent = McpJson.object(tool, "inputSchema");
    if (McpJson.value(sent, "type").isPresent()) {
      return sent;
    }
    JsonObject rest = sent.toBuilder().remove("type").build();
    JsonObject.Builder schema = JsonObject.builder().put("type", "object").putAll(rest.members());
    if (sent.members().isEmpty()) {
      schema.put("properties", McpJson.EMPTY);
    }
    return schema.build();
  }

  private ToolHints hints(JsonObject tool) {
    JsonObject annotations = McpJson.object(tool, "annotations");
    ToolHints hints =
        ToolHints.none().withOrigin("the MCP server " + server).withEffect(effect(annotations));
    return McpJson.string(tool, "title")
        .or(() -> McpJson.string(annotations, "title"))
        .map(title -> McpText.line(title, MAX_TITLE))
        .filter(title -> !title.isEmpty())
        .map(hints::withTitle)
        .orElse(hints);
  }

  private static Effect effect(JsonObject annotations) {
    if (is(annotations, "readOnlyHint", JsonBoolean.TRUE)) {
      return Effect.READS;
    }
    if (is(annotations, "destructiveHint", JsonBoolean.TRUE)) {
      return Effect.DESTROYS;
    }
    return is(annotations, "destructiveHint", JsonBoolean.FALSE) ? Effect.ADDS : Effect.UNKNOWN;
  }

  private static boolean is(JsonObject object, String name, JsonBoolean value) {
    return object.get(name).filter(isEqual(value)).isPresent();
  }
}
