package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolOutcome.Answered;
import puna.agent.ToolOutcome.Failed;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;

/// Servers that say what they must not, over HTTP.
class McpHostileServerTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String ONE_TOOL =
      "\"result\":{\"tools\":[{\"name\":\"look\",\"inputSchema\":{\"type\":\"object\"}}]}";

  @Test
  void aPlainServerOverHttpIsUsed() throws IOException {
    assertThat(outcome("\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"seen\"}]}"))
        .isEqualTo(new Answered("seen"));
    assertThat(outcome("\"result\":{\"content\":[],\"structuredContent\":{\"a\":[1,null,true]}}"))
        .isEqualTo(new Answered("{\"a\":[1,null,true]}"));
    assertThat(
            outcome(
                "\"result\":{\"content\":[{\"type\":\"image\",\"data\":\"AA==\","
                    + "\"mimeType\":\"image/png\"}]}"))
        .isEqualTo(new Answered("(image, image/png, 1 bytes)"));
    assertThat(outcome("\"result\":{\"content\":[{\"type\":\"poison\"}]}"))
        .isEqualTo(new Answered("(poison, a kind of content that is not known)"));
  }

  @Test
  void listsThatNeverEndAreLeft() throws IOException {
    String page = "\"result\":{\"tools\":[{\"name\":\"no name\"}],\"nextCursor\":\"%d\"}";
    try (McpHttpServer server = new McpHttpServer(Map.of("tools/list", page));
        McpTools tools = McpTools.connect(server.address(), TIMEOUT)) {
      assertThat(tools.tools()).isEmpty();
      assertThat(server.requests()).isLessThan(1000);
    }
  }

  @Test
  void theNumberOfToolsIsBounded() throws IOException {
    String page =
        "\"result\":{\"tools\":["
            + "{\"name\":\"t%d\",\"inputSchema\":{\"type\":\"object\"}},".repeat(9)
            + "{\"name\":\"u%d\",\"inputSchema\":{\"type\":\"object\"}}],\"nextCursor\":\"%d\"}";
    try (McpHttpServer server = new McpHttpServer(Map.of("tools/list", page));
        McpTools tools = McpTools.connect(server.address(), TIMEOUT)) {
      assertThat(tools.tools()).hasSizeBetween(2, McpTools.MAX_TOOLS);
      assertThat(tools.tools()).extracting(tool -> tool.tool().name()).doesNotHaveDuplicates();
    }
  }

  @Test
  void toolsWithBadOrTakenNamesAreLeftOutAndDescriptionsCut() throws IOException {
    String list =
        "\"result\":{\"tools\":[{\"name\":\"look\",\"description\":\"%s\"},"
                .formatted("x".repeat(100_000))
            + "{\"name\":\"look\",\"description\":\"another\"},{\"name\":\"<|eot_id|>\"},{}]}";
    try (McpHttpServer server = new McpHttpServer(Map.of("tools/list", list));
        McpTools tools = McpTools.connect(server.address(), TIMEOUT)) {
      assertThat(tools.tools()).extracting(tool -> tool.tool().name()).containsExactly("look");
      assertThat(tools.tools().getFirst().tool().description()).hasSize(McpTools.MAX_DESCRIPTION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\":{\"content\":\"text\"}",
        "\"result\":[]",
        "\"error\":{\"code\":-1,\"message\":\"out of order\"}",
        "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":true}"
      })
  void resultsThatAreNoneAreErrorsForTheModel(String result) throws IOException {
    assertThat(outcome(result)).isInstanceOf(Failed.class);
  }

  @Test
  void resultsThatNestWithoutEndAreErrorsForTheModel() throws IOException {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(outcome("\"result\":{\"content\":[],\"structuredContent\":" + deep + "}"))
        .isInstanceOf(Failed.class);
  }

  @Test
  void longResultsAreCut() throws IOException {
    String text = "x".repeat(2_000_000);
    assertThat(outcome("\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}"))
        .isInstanceOfSatisfying(
            Answered.class, answer -> assertThat(answer.text()).hasSizeLessThan(16_100));
  }

  @Test
  void aServerWithoutToolsIsAnError() throws IOException {
    try (McpHttpServer server = new McpHttpServer(Map.of())) {
      assertThatThrownBy(() -> McpTools.connect(server.address(), TIMEOUT))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("the MCP server does not answer");
    }
  }

  private static ToolOutcome outcome(String result) throws IOException {
    Map<String, String> results = Map.of("tools/list", ONE_TOOL, "tools/call", result);
    try (McpHttpServer server = new McpHttpServer(results);
        McpTools tools = McpTools.connect(server.address(), TIMEOUT)) {
      ScriptedModel model =
          new ScriptedModel(
              ChatMessage.assistant(
                  "", List.of(ToolCall.of("1", "look", new JsonObject(Map.of())))),
              ChatMessage.assistant("done"));
      AgentRun run = new Agent(model, tools.tools(), AgentLimits.defaults()).run("look");
      assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
      return ((ToolCalled) run.trace().get(1)).outcome();
    }
  }
}
