package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Against a server that runs as a process of its own.
class McpToolsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @Test
  void usesTheToolsOfAServer() throws InterruptedException {
    try (McpTools tools = McpTools.start(McpTestServer.command("two-tools"), TIMEOUT)) {
      assertThat(tools.tools()).extracting(tool -> tool.tool().name()).contains("echo", "refuse");
      AgentTool echo = tool(tools, "echo");
      assertThat(echo.tool().description()).isEqualTo("Says it again.");
      assertThat(Json.write(echo.tool().parameters()))
          .isEqualTo(
              "{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"string\"}},"
                  + "\"required\":[\"words\"]}");
      JsonObject arguments =
          new JsonObject(
              Map.of(
                  "words", new JsonString("aloha é"), "n", JsonNumber.of(2), "x", JsonNull.NULL));
      assertThat(echo.function().call(arguments)).contains("words=aloha é", "n=2", "x=null");
    }
  }

  @Test
  void tellsAnAgentWhatTheServerRefuses() {
    try (McpTools tools = McpTools.start(McpTestServer.command("two-tools"), TIMEOUT)) {
      JsonValue words = new JsonString("hi");
      ScriptedModel model =
          new ScriptedModel(
              ChatMessage.assistant(
                  "",
                  List.of(
                      ToolCall.of("1", "echo", new JsonObject(Map.of("words", words))),
                      ToolCall.of("2", "refuse", new JsonObject(Map.of())))),
              ChatMessage.assistant("done"));
      AgentRun run = new Agent(model, tools.tools(), AgentLimits.defaults()).run("go");
      assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
      assertThat(run.messages().get(2).text()).isEqualTo("{words=hi}");
      assertThat(((ToolCalled) run.trace().get(2)).outcome())
          .isEqualTo(new Failed(Failure.REFUSED, "not today"));
    }
  }

  @Test
  void saysWhenThereIsNoServer() {
    List<String> silent = List.of(McpTestServer.java(), "--version");
    assertThatThrownBy(() -> McpTools.start(silent, Duration.ofSeconds(1)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("the MCP server does not answer");
  }

  private static AgentTool tool(McpTools tools, String name) {
    return tools.tools().stream()
        .filter(tool -> tool.tool().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
