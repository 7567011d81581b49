package puna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.ChatOptions;
import puna.agent.AgentTool;
import puna.agent.McpServer;
import puna.agent.McpTools;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.Settings;
import puna.cli.command.UsageException;

/// The MCP servers of a chat.
final class McpChat implements ChatTools {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z][A-Za-z0-9-]*)=(.+)");

  private final Setting setting;
  private final List<McpTools> servers = new ArrayList<>();

  /// Where the chat takes place.
  ///
  /// @param options of each answer, which may say that a tool must be called
  record Setting(Console console, ChatOptions options, CallQuestion question) {}

  private McpChat(Setting setting) {
    this.setting = setting;
  }

  /// @param headers the names of environment variables by those of headers
  /// @throws puna.agent.ToolException when a server cannot be used
  static McpChat open(List<String> servers, Map<String, String> headers, Setting setting) {
    List<McpServer> places = servers.stream().map(McpChat::server).toList();
    McpChat chat = new McpChat(setting);
    try {
      for (McpServer place : withHeaders(places, headers)) {
        chat.servers.add(McpTools.connect(place));
      }
      requireOwnNames(chat.tools());
      return chat;
    } catch (RuntimeException e) {
      chat.close();
      throw e;
    }
  }

  private static McpServer server(String reference) {
    Matcher named = NAMED.matcher(reference);
    boolean hasName = named.matches();
    try {
      McpServer server = McpServer.of(hasName ? named.group(2) : reference);
      return hasName ? server.withPrefix(named.group(1) + "_") : server;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--mcp: " + e.getMessage());
    }
  }

  /// A key of one server is none of another's business.
  private static List<McpServer> withHeaders(List<McpServer> servers, Map<String, String> headers) {
    if (headers.isEmpty()) {
      return servers;
    }
    try {
      if (servers.size() > 1) {
        throw new UsageException("--mcp-header goes with one --mcp alone");
      }
      McpServer server = servers.getFirst();
      for (Map.Entry<String, String> header : headers.entrySet()) {
        String value =
            Settings.variable(header.getValue())
                .orElseThrow(() ->
                    new UsageException(
                        "--mcp-header: there is no environment variable " + header.getValue()));
        server = server.withHeader(header.getKey(), value);
      }
      return List.of(server);
    } catch (IllegalStateException e) {
      throw new UsageException("--mcp-header: " + e.getMessage());
    }
  }

  private static void requireOwnNames(List<AgentTool> tools) {
    for (int i = 0; i < tools.size(); i++) {
      String name = tools.get(i).tool().name();
      for (AgentTool other : tools.subList(0, i)) {
        if (other.tool().name().equals(name)) {
          throw new CommandException(
              "two servers have a tool %s; give one of them a name: --mcp NAME=SERVER"
                  .formatted(name));
        }
      }
    }
  }

  /// The tools of all servers, as they are now.
  List<AgentTool> tools() {
    return servers.stream().flatMap(server -> server.tools().stream()).toList();
  }

  /// What the servers say for the system prompt; empty if they say nothing.
  String instructions() {
    return String.join(
        "\n\n", servers.stream().map(McpTools::instructions).flatMap(Optional::stream).toList());
  }

  @Override
  public ChatSession.Speaker speaker(Voice voice, TerminalChat.StopButton stop) {
    return new McpSpeaker(this, setting, voice, stop);
  }

  @Override
  public void close() {
    servers.forEach(McpTools::close);
  }
}
