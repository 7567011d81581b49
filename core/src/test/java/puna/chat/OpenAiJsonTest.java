package puna.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage.Role;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

class OpenAiJsonTest {
  private static final JsonObject ROME = JsonObject.builder().put("city", "Rome").build();

  private static JsonPlace place(String json) {
    return JsonPlace.of(Json.parse(json, "a test"));
  }

  private static List<ChatMessage> messages(String json) {
    return OpenAiJson.messages(place(json).elements());
  }

  private static ContentPart result(String id, String name, String text) {
    return new ContentPart.Result(
        Optional.of(id), Optional.of(name), List.of(new ContentPart.Text(text)));
  }

  @Test
  void readsAConversationWithCalls() {
    List<ChatMessage> read =
        messages(
            """
            [{"role": "developer", "content": "Be brief."},
             {"role": "user", "content": [{"type": "text", "text": "Weather "},
                                          {"type": "input_text", "text": "in Rome?"}]},
             {"role": "assistant", "content": null, "reasoning_content": "I look.",
              "tool_calls": [{"id": "a", "type": "function",
                "function": {"name": "weather", "arguments": "{\\"city\\": \\"Rome\\"}"}}]},
             {"role": "tool", "tool_call_id": "a", "content": "sunny"},
             {"role": "assistant", "content": "Sunny."}]
            """);
    assertThat(read)
        .containsExactly(
            ChatMessage.system("Be brief."),
            ChatMessage.of(
                Role.USER,
                List.of(new ContentPart.Text("Weather "), new ContentPart.Text("in Rome?"))),
            ChatMessage.of(
                Role.ASSISTANT,
                List.of(
                    new ContentPart.Reasoning("I look."),
                    new ContentPart.Call(ToolCall.of("a", "weather", ROME)))),
            ChatMessage.of(Role.TOOL, List.of(result("a", "weather", "sunny"))),
            ChatMessage.assistant("Sunny."));
  }

  @Test
  void aResultKeepsTheNameThatItHas() {
    assertThat(
            messages(
                "[{\"role\":\"tool\",\"tool_call_id\":\"b\",\"name\":\"f\",\"content\":\"1\"}]"))
        .containsExactly(ChatMessage.of(Role.TOOL, List.of(result("b", "f", "1"))));
  }

  @Test
  void contentMayBeAbsent() {
    assertThat(messages("[{\"role\":\"USER\"},{\"role\":\"tool\",\"content\":null}]"))
        .extracting(ChatMessage::text)
        .containsExactly("", "");
  }

  @Test
  void readsWhatItWrites() {
    List<ChatMessage> conversation =
        List.of(
            ChatMessage.system("Be brief."),
            ChatMessage.user("Weather?"),
            ChatMessage.assistant("", List.of(ToolCall.of("a", "weather", ROME))),
            ChatMessage.of(Role.TOOL, List.of(result("a", "weather", "sunny"))),
            ChatMessage.of(
                Role.ASSISTANT,
                List.of(new ContentPart.Reasoning("So."), new ContentPart.Text("Sunny."))));
    String json =
        Json.write(new JsonArray(conversation.stream().<JsonValue>map(OpenAiJson::write).toList()));
    assertThat(json)
        .contains(
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\","
                + "\"type\":\"function\",\"function\":{\"name\":\"weather\","
                + "\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"}}]}",
            "{\"role\":\"tool\",\"content\":\"sunny\",\"tool_call_id\":\"a\",\"name\":\"weather\"}");
    assertThat(messages(json)).isEqualTo(conversation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"function\", \"function\": %s}",
        "{\"function\": %s}",
        "%s",
      })
  void readsToolsInBothForms(String form) {
    Tool tool = Tool.of("f", "does", JsonObject.builder().put("type", "object").build());
    assertThat(OpenAiJson.tool(place(form.formatted(Json.write(tool.toJson()))))).isEqualTo(tool);
    assertThat(OpenAiJson.tool(JsonPlace.of(OpenAiJson.write(tool)))).isEqualTo(tool);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"parameters\": {}", ", \"parameters\": null"})
  void aToolWithoutParametersHasNoArguments(String parameters) {
    assertThat(OpenAiJson.tool(place("{\"name\": \"f\"%s}".formatted(parameters))))
        .isEqualTo(Tool.of("f", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\": null}", "{\"a\": \" \"}", "{\"a\": \"{}\"}"})
  void argumentsMayBeMissing(String json) {
    assertThat(OpenAiJson.arguments(place(json).get("a")).members()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                      | $[0]: must be an object, found 1
          [{}]                     | $[0].role: must be a string, found nothing
          [{"role":"king"}]        | $[0].role: must be system, user, assistant or tool, found "king"
          [{"role":"user","content":1}] | $[0].content: must be a string or an array of parts, found 1
          [{"role":"user","content":["x"]}] | $[0].content[0]: must be an object, found "x"
          [{"role":"user","content":[{"type":"image_url"}]}] | $[0].content[0].type: must be text: nothing else is read, found "image_url"
          [{"role":"user","content":[{"type":"text"}]}] | $[0].content[0].text: must be a string, found nothing
          [{"role":"assistant","tool_calls":{}}] | $[0].tool_calls: must be an array, found {}
          [{"role":"assistant","tool_calls":[{}]}] | $[0].tool_calls[0].function: must be an object, found nothing
          [{"role":"assistant","tool_calls":[{"function":{}}]}] | $[0].tool_calls[0].function.name: must be a string, found nothing
          [{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"[1]"}}]}] | $[0].tool_calls[0].function.arguments: must be a JSON object, or the text of one, found "[1]"
          [{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{"}}]}] | $[0].tool_calls[0].function.arguments: must be JSON (its text: line 1, column
          [{"role":"tool","content":"1","tool_call_id":3}] | $[0].tool_call_id: must be a string, found 3
          """)
  void refusesOtherMessages(String json, String message) {
    assertThatThrownBy(() -> messages(json))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                       | $: must be an object, found []
          {}                       | $.function: must be an object, found nothing
          {"function":{}}          | $.function.name: must be a string, found nothing
          {"type":"browser"}       | $.type: must be function: tools of no other type are known, found "browser"
          {"function":{"name":"a b"}} | $.function.name: must be 1 to 128 letters, digits or _-.:/, found "a b"
          {"name":"f","description":1} | $.description: must be a string, found 1
          {"name":"f","parameters":[]} | $.parameters: must be an object, found []
          {"name":"f","parameters":{"type":"array"}} | $.parameters.type: must be "object", as the arguments of a tool are one object, found "array"
          """)
  void refusesOtherTools(String json, String message) {
    assertThatThrownBy(() -> OpenAiJson.tool(place(json)))
        .isInstanceOf(JsonException.class)
        .hasMessage(message);
  }
}
