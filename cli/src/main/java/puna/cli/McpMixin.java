package puna.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import puna.ChatOptions;
import puna.cli.command.Console;
import puna.cli.command.UsageException;

/// MCP servers whose tools the model may call. Nothing here knows the module of the agents, so that
/// it is loaded only where a server is given.
final class McpMixin {
  @Option(
      names = "--mcp",
      paramLabel = "[NAME=]SERVER",
      description = {
        "Let the model call the tools of an MCP server: a command that is started, or an address;"
            + " may be given several times. With NAME= its tools are called NAME_TOOL.",
        "Before a tool runs you are asked: y (yes), n (no, and why), a (always this tool)."
      })
  private List<String> servers = List.of();

  @Option(
      names = "--mcp-header",
      paramLabel = "NAME=VARIABLE",
      description =
          "Send a header with each request to the one server with an address; its value is that of"
              + " an environment variable.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--yes",
      description =
          "Let tools run without asking. Where standard input is no terminal and this is not given,"
              + " each call is refused.")
  private boolean yes;

  boolean isGiven() {
    if (servers.isEmpty() && (yes || !headers.isEmpty())) {
      throw new UsageException("--yes and --mcp-header go with --mcp");
    }
    return !servers.isEmpty();
  }

  /// Opens the servers.
  ///
  /// @param options of each answer
  /// @param question how the person is asked; empty where there is none to ask
  ChatTools open(Console console, ChatOptions options, Optional<Question> question) {
    CallQuestion asked =
        new CallQuestion(
            console.err(), yes ? CallQuestion.Default.APPROVE : CallQuestion.Default.ASK, question);
    return McpChat.open(servers, headers, new McpChat.Setting(console, options, asked));
  }
}
