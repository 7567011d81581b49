package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `puna chat --mcp` with the built-in model and a server that runs as a process.
class McpChatTest {
  private static final String CALL = "\"name\":\"get_weather\",\"arguments\":{\"city\":\"Oslo\"}";

  @Test
  void withoutATerminalCallsAreRefused() {
    CommandRun run = chat();
    assertThat(run.err())
        .contains("puna: a call of get_weather is refused, for nobody can be asked; --yes")
        .contains("get_weather: {\"error\":\"refused\",\"message\":\"nobody is there");
    assertThat(run.out()).contains(CALL);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void withYesTheyRunAndTheModelReadsTheirResults() {
    CommandRun run = chat("--yes", "--verbose");
    assertThat(run.out()).contains(CALL);
    assertThat(run.err())
        .contains("get_weather: it rains")
        .contains("Be brief.\n\nAsk the station.")
        .doesNotContain("refused");
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--yes|2|--yes and --mcp-header go with --mcp",
        "--mcp|2|",
        "--mcp=ftp|1|the MCP server does not answer as it must",
        "--mcp='|2|--mcp: a command must close '",
        "--mcp=http://localhost:1/mcp --mcp-header=A=NO_SUCH_VARIABLE_|2|there is no environment variable NO_SUCH_VARIABLE_",
        "--mcp=a --mcp-header=A=PATH|2|only a server with an address takes headers",
        "--mcp=http://localhost:1/a --mcp=http://localhost:1/b --mcp-header=A=PATH|2|goes with one --mcp alone",
        "--mcp=a --tools=b.json|2|--tools does not go with --mcp",
        "--reasoning maybe|2|--reasoning must be on or off, found 'maybe'",
        "--max-reasoning-tokens -1|2|",
      },
      quoteCharacter = '~')
  void whatCannotBeIsSaidInOneLine(String options, int code, String message) {
    List<String> arguments = new ArrayList<>(List.of("chat"));
    arguments.addAll(List.of(options.split(" ")));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(code);
    if (message != null) {
      assertThat(run.err()).contains(message).hasLineCount(1);
    }
  }

  @Test
  void twoServersWithOneToolNeedNames() {
    CommandRun same =
        CommandRun.of("chat", "--mcp", McpTestServer.command(), "--mcp", McpTestServer.command());
    assertThat(same.exitCode()).isEqualTo(1);
    assertThat(same.err())
        .contains("two servers have a tool get_weather; give one of them a name: --mcp NAME=SERVER")
        .hasLineCount(1);
    CommandRun named =
        CommandRun.withInput(
            "Weather?\n",
            "chat",
            "--mcp",
            McpTestServer.command(),
            "--mcp",
            "north=" + McpTestServer.command(),
            "--tool-choice",
            "north_get_weather",
            "--one-call",
            "--temperature",
            "0",
            "--max-tokens",
            "40");
    assertThat(named.out()).contains("\"name\":\"north_get_weather\"");
  }

  private static CommandRun chat(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "chat",
                "--mcp",
                McpTestServer.command(),
                "--system",
                "Be brief.",
                "--tool-choice",
                "required",
                "--one-call",
                "--temperature",
                "0",
                "--max-tokens",
                "40"));
    arguments.addAll(List.of(more));
    return CommandRun.withInput("What is the weather in Oslo?\n", arguments.toArray(String[]::new));
  }
}
