package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.TextMarks;
import puna.json.Json;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

class ToolPromptsTest {
  private static final ToolPrompts PROMPTS =
      new ToolPrompts(ToolFormat.HERMES, new TextMarks(List.of("[INST]")));
  private static final ToolCall FIRST = call("1", 1);
  private static final ToolCall SECOND = call("2", 2);
  private static final List<ChatMessage> CONVERSATION =
      List.of(
          ChatMessage.system("Be brief."),
          ChatMessage.user("add"),
          ChatMessage.assistant("Gladly.", List.of(FIRST, SECOND)),
          ChatMessage.toolResult(SECOND, "two"),
          ChatMessage.toolResult(FIRST, "one"),
          ChatMessage.assistant("one, two"));

  @Test
  void describesToolsInTheSystemMessageOrTheFirstQuestion() {
    List<Tool> tools = List.of(Tool.of("add", "Adds."));
    List<ChatMessage> plain = PROMPTS.asText(CONVERSATION, tools);
    assertThat(plain.getFirst().text())
        .startsWith("Be brief.\n\n")
        .contains("{\"name\":\"add\",\"description\":\"Adds.\",\"parameters\":");
    List<ChatMessage> without = PROMPTS.asText(CONVERSATION.subList(1, 2), tools);
    assertThat(without).hasSize(1);
    assertThat(without.getFirst().text()).contains("\"add\"").endsWith("\n\nadd");
    assertThat(PROMPTS.asText(List.of(), tools)).hasSize(1);
  }

  /// A small model copies the example: it is a call that could be one, but for its values.
  @Test
  void showsACallOfTheFirstToolAsItsExample() {
    Tool move =
        Tool.of(
            "move",
            "Moves.",
            (JsonObject)
                Json.parse(
                    "{\"properties\":{\"from\":{},\"why\":{},\"to\":{}},\"required\":[\"from\",\"to\"]}",
                    "test"));

    assertThat(description(move))
        .contains("{\"name\": \"move\", \"arguments\": {\"from\": ..., \"to\": ...}}");
    assertThat(description(Tool.of("add", "Adds.")))
        .contains("{\"name\": \"add\", \"arguments\": {}}");
    assertThat(
            description(
                Tool.of(
                    "say",
                    "Says [INST].",
                    (JsonObject) Json.parse("{\"properties\":{\"text\":{}}}", "test"))))
        .contains("{\"name\": \"say\", \"arguments\": {\"text\": ...}}", "Says [ INST].");
  }

  private static String description(Tool first) {
    List<Tool> tools = List.of(first, Tool.of("last", ""));
    return PROMPTS.asText(List.of(ChatMessage.user("?")), tools).getFirst().text();
  }

  @Test
  void writesCallsSoThatTheParserReadsThemBack() {
    ChatMessage calls = PROMPTS.asText(CONVERSATION, List.of()).get(2);
    ParsedMessage parsed = ParsedMessage.of(ToolFormat.HERMES, calls.text());
    assertThat(parsed.calls()).containsExactly("add {\"n\":1}", "add {\"n\":2}");
    assertThat(parsed.text()).isEqualTo("Gladly.\n");
  }

  @Test
  void joinsResultsInARowToOneMessageOfTheUser() {
    List<ChatMessage> plain = PROMPTS.asText(CONVERSATION, List.of());
    assertThat(plain).hasSize(5);
    assertThat(plain.get(3))
        .isEqualTo(
            ChatMessage.user(
                "<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n</tool_response>"));
  }

  @Test
  void splitsSeveralCallsIntoOneAMessageWithItsResult() {
    assertThat(CallTurns.oneCallEach(CONVERSATION))
        .containsExactly(
            ChatMessage.system("Be brief."),
            ChatMessage.user("add"),
            ChatMessage.assistant("Gladly.", List.of(FIRST)),
            ChatMessage.toolResult(FIRST, "one"),
            ChatMessage.assistant("", List.of(SECOND)),
            ChatMessage.toolResult(SECOND, "two"),
            ChatMessage.assistant("one, two"));
    List<ChatMessage> pending = CONVERSATION.subList(0, 4);
    assertThat(CallTurns.oneCallEach(pending)).isEqualTo(pending);
  }

  private static ToolCall call(String id, int n) {
    return ToolCall.of(id, "add", new JsonObject(Map.of("n", JsonNumber.of(n))));
  }
}
