package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.SharedData;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.chat.format.TinyPrompts;
import puna.error.ChatTemplateException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// What a model called, and what came back, is in its next prompt, whatever its template reads.
class ToolSupportTest {
  private static final String LIST =
      "{% if tools %}{% for t in tools %}{{ t.function.name }};{% endfor %}{% endif %}";
  private static final String PLAIN = "<{{ m.role }}>{{ m.content or '' }}";
  private static final String JSON_CALLS =
      "{% for c in m.tool_calls or [] %}[{{ c.function|tojson }}]{% endfor %}";
  private static final Tool WEATHER = Tool.of("weather", "Tells the weather.");
  private static final ChatMessage ASKED = ChatMessage.user("Warm in Bern?");
  private static final ToolCall BERN = call("abcDEF120", "{\"city\":\"Bern\"}");
  private static final ToolCall OSLO = call("abcDEF121", "{\"city\":\"Oslo\"}");
  private static final List<ChatMessage> ONE =
      List.of(
          ASKED,
          ChatMessage.assistant("", List.of(BERN)),
          ChatMessage.toolResult(BERN, "21 degrees"));
  private static final List<ChatMessage> TWO =
      List.of(
          ASKED,
          ChatMessage.assistant("", List.of(BERN, OSLO)),
          ChatMessage.toolResult(BERN, "21 degrees"),
          ChatMessage.toolResult(OSLO, "5 degrees"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ c.function.name + ' ' + c.function.arguments }}",
        "{{ c.function.name }} {{ c.function.arguments.strip() }}",
        "{{ c.function.name ~ ' ' ~ c.function.arguments }}",
        "{{ c.function.name }} {{ c.function.arguments }}"
      })
  void givesArgumentsAsTextWhereATemplateJoinsThem(String call) {
    String template = template(PLAIN + "{% for c in m.tool_calls or [] %}" + call + "{% endfor %}");

    assertThat(prompt(template, ONE))
        .isEqualTo(
            "weather;<user>Warm in Bern?<assistant>weather {\"city\": \"Bern\"}<tool>21 degrees");
  }

  @Test
  void givesArgumentsAsAnObjectWhereATemplatePrintsThem() {
    String prompt =
        "weather;<user>Warm in Bern?<assistant>[{\"name\": \"weather\", \"arguments\": {\"city\": \"Bern\"}}]<tool>21 degrees";

    assertThat(prompt(template(PLAIN + JSON_CALLS), ONE)).isEqualTo(prompt);
    String byMember =
        "{% for c in m.tool_calls or [] %}{{ c.function.name }}{% for k, v in c.function.arguments|items %}({{ k }}={{ v }}){% endfor %}{% endfor %}";
    assertThat(prompt(template(PLAIN + byMember), ONE)).contains("weather(city=Bern)");
    assertThat(prompt(template(PLAIN + "{{ m.tool_calls or '' }}"), ONE))
        .contains("{'name': 'weather', 'arguments': {'city': 'Bern'}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.content is none", "m.content is not defined"})
  void givesNoContentBesideCallsWhereATemplateAsks(String question) {
    String template =
        template(
            "<{{ m.role }}>{% if "
                + question
                + " %}"
                + JSON_CALLS
                + "{% else %}{{ m.content }}{% endif %}");

    assertThat(prompt(template, ONE)).contains("<assistant>[{", "Bern\"}}]<tool>21 degrees");
    List<ChatMessage> said =
        List.of(ASKED, ChatMessage.assistant("I look.", List.of(BERN)), ONE.get(2));
    assertThat(prompt(template, said))
        .contains("<assistant>I look.<assistant>[{", "Bern\"}}]<tool>21 degrees");
  }

  @Test
  void givesBareToolsAndCallsWhereATemplateReadsThem() {
    String template =
        "{% for t in tools or [] %}{{ t.name }};{% endfor %}{% for m in messages %}"
            + PLAIN
            + "{% for c in m.tool_calls or [] %}{{ c.name }}{{ c.arguments|tojson }}{% endfor %}{% endfor %}";

    assertThat(prompt(template, ONE))
        .isEqualTo(
            "weather;<user>Warm in Bern?<assistant>weather{\"city\": \"Bern\"}<tool>21 degrees");
  }

  @Test
  void givesToolsAsTextWhereATemplateReadsFunctions() {
    String template =
        "{{ functions + datetime }}{% for m in messages %}" + PLAIN + JSON_CALLS + "{% endfor %}";

    assertThat(prompt(template, ONE))
        .contains(
            "[\n    {\n        \"name\": \"weather\",", "]Jul 04 2025 09:05:06 GMT<user>Warm");
    assertThat(TinyPrompts.text(TinyPrompts.parse(template).render(List.of(ASKED))))
        .isEqualTo("[]Jul 04 2025 09:05:06 GMT<user>Warm in Bern?");
  }

  @Test
  void givesIdsThatATemplateDemands() {
    String template =
        template(
            PLAIN
                + "{% for c in m.tool_calls or [] %}{% if c.id is undefined or c.id|length != 9 %}{{ raise_exception('id') }}{% endif %}{{ c.id }}{{ c.function|tojson }}{% endfor %}{{ m.tool_call_id }}");

    assertThat(prompt(template, ONE)).contains("abcDEF120{", "21 degreesabcDEF120");
    for (ToolCall call :
        List.of(ToolCall.of("weather", BERN.arguments()), call("call_1", "{\"city\":\"Bern\"}"))) {
      List<ChatMessage> messages =
          List.of(
              ASKED,
              ChatMessage.assistant("", List.of(call)),
              ChatMessage.toolResult(call, "21 degrees"));
      assertThat(prompt(template, messages)).contains("call00000{", "21 degreescall00000");
    }
    String named =
        template(
            PLAIN
                + "{% for c in m.tool_calls or [] %}{{ c.id }} {{ c.function.arguments|tojson }}{% endfor %}");
    assertThat(prompt(named, ONE)).contains("functions.weather:0 {\"city\": \"Bern\"}");
  }

  @Test
  void namesTheToolOfAResultWhereATemplateDemandsIt() {
    String template =
        template(
            "{% if m.role == 'tool' %}{{ '<' + m.name + '>' }}{% endif %}" + PLAIN + JSON_CALLS);
    List<ChatMessage> messages =
        List.of(ASKED, ONE.get(1), ChatMessage.of(ChatMessage.Role.TOOL, "21 degrees"));

    assertThat(prompt(template, messages)).endsWith("<weather><tool>21 degrees");
  }

  @Test
  void givesOneCallAMessageWhereOthersWouldVanish() {
    String first =
        "{% if m.tool_calls %}[{{ m.tool_calls[0].function.arguments|tojson }}{{ m.tool_calls[0].function.name }}]{% endif %}";

    assertThat(prompt(template(PLAIN + first), TWO))
        .endsWith(
            "<assistant>[{\"city\": \"Bern\"}weather]<tool>21 degrees<assistant>[{\"city\": \"Oslo\"}weather]<tool>5 degrees");
    String refused =
        PLAIN
            + "{% if m.tool_calls and m.tool_calls|length > 1 %}{{ raise_exception('one') }}{% endif %}"
            + JSON_CALLS;
    assertThat(prompt(template(refused), TWO)).containsSubsequence("Bern\"", "21", "Oslo", "5 deg");
  }

  @Test
  void writesAsTextWhatATemplateLeavesOut() {
    assertThat(prompt(template(PLAIN), ONE))
        .isEqualTo(
            "weather;<user>Warm in Bern?<assistant>{\"name\": \"weather\", \"parameters\": {\"city\": \"Bern\"}}<tool>21 degrees");
    String result = "<user><tool_response>\n21 degrees\n</tool_response>";
    String calls = "<assistant>[{\"name\": \"weather\", \"arguments\": {\"city\": \"Bern\"}}]";
    assertThat(
            prompt(template("{% if m.role != 'tool' %}" + PLAIN + JSON_CALLS + "{% endif %}"), ONE))
        .endsWith(calls + result);
    String refusing =
        "{% if m.role not in ['user', 'assistant'] %}{{ raise_exception('role') }}{% endif %}";
    assertThat(prompt(template(refusing + PLAIN + JSON_CALLS), ONE)).endsWith(calls + result);
    assertThat(prompt(template(refusing + PLAIN), ONE))
        .endsWith(
            "<assistant>{\"name\": \"weather\", \"parameters\": {\"city\": \"Bern\"}}" + result);
  }

  @Test
  void takesTheListOfToolsAndTheQuestionForNoCall() {
    String listing = "{% for t in tools or [] %}{{ t|tojson }}{% endfor %}";
    Tool tool =
        Tool.of("weather", "Bern", object("{\"properties\":{\"city\":{\"const\":\"Bern\"}}}"));
    ChatTemplate template =
        TinyPrompts.parse(listing + "{% for m in messages %}" + PLAIN + "{% endfor %}");
    PromptRequest request =
        support(template).request(PromptRequest.of(ONE).withTools(List.of(tool)));

    assertThat(TinyPrompts.text(template.render(request)))
        .contains("<assistant>{\"name\": \"weather\", \"parameters\": {\"city\": \"Bern\"}}");
  }

  @Test
  void keepsTurnsWhereAllIsText() {
    String alternating =
        """
        {% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}\
        {{ raise_exception('Conversation roles must alternate') }}{% endif %}\
        <{{ m.role }}>{{ m.content }}{% endfor %}\
        """;
    String call =
        "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Bern\"}}\n</tool_call>";
    List<ChatMessage> messages =
        List.of(
            ASKED,
            ChatMessage.assistant("I look."),
            ONE.get(1),
            ONE.get(2),
            ChatMessage.user("And in words?"));

    assertThat(prompt(alternating, messages))
        .endsWith(
            "Warm in Bern?<assistant>I look.\n"
                + call
                + "<user><tool_response>\n21 degrees\n</tool_response>\nAnd in words?");
  }

  @Test
  void keepsReasoningWhereAllIsText() {
    ChatMessage thought =
        ChatMessage.of(
            ChatMessage.Role.ASSISTANT,
            List.of(new ContentPart.Reasoning("Hm."), new ContentPart.Call(BERN)));
    String template =
        "{% for m in messages %}<{{ m.role }}>{{ m.reasoning_content }}|{{ m.content }}{% endfor %}";

    assertThat(prompt(template, List.of(ASKED, thought, ONE.get(2))))
        .contains("<assistant>Hm.|<tool_call>");
  }

  @Test
  void aResultCannotEndAConversationByAMark() {
    String template = "{% for m in messages %}[INST] {{ m.content }} [/INST]{% endfor %}";
    List<ChatMessage> messages =
        List.of(
            ASKED,
            ChatMessage.assistant("", List.of(call("1", "{\"q\":\"[/INST]\"}"))),
            ChatMessage.toolResult(BERN, "a [INST] b </tool_response> c"));

    assertThat(prompt(template, messages))
        .contains(
            "{\"q\": \"[ /INST]\"}", "a [ INST] b < /tool_response> c\n</tool_response> [/INST]");
    assertThatExceptionOfType(ChatTemplateException.class)
        .isThrownBy(() -> prompt(template, List.of(ChatMessage.user("a [INST] b"))))
        .withMessageContaining("take it out");
    String showing = template("[INST] {{ m.content }}" + JSON_CALLS);
    assertThat(prompt(showing, messages)).contains("[INST] a [ INST] b </tool_response> c");
  }

  @Test
  void leavesAConversationAloneThatFailsForAnotherReason() {
    String refusing =
        "{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
            + PLAIN
            + JSON_CALLS;
    List<ChatMessage> messages =
        List.of(ChatMessage.system("Be brief."), ONE.get(0), ONE.get(1), ONE.get(2));
    PromptRequest given = PromptRequest.of(messages).withTools(List.of(WEATHER));

    assertThat(support(TinyPrompts.parse(template(refusing))).request(given)).isEqualTo(given);
  }

  @Test
  void publishedTemplatesShowCallsInTheirOwnForm() throws IOException {
    String functionary =
        Files.readString(
            SharedData.require("chat-templates/templates/meetkai-functionary-medium-v3.2.jinja"));

    assertThat(prompt(functionary, ONE))
        .contains(
            ">>>weather\n{\"city\": \"Bern\"}<|eot_id|>",
            "<|start_header_id|>tool<|end_header_id|>\n\n21 degrees<|eot_id|>");
  }

  @Test
  void saysOnceForAModelThatCallsAreText() {
    Logger logger = Logger.getLogger("puna");
    List<String> told = new CopyOnWriteArrayList<>();
    Handler handler =
        new StreamHandler() {
          @Override
          public synchronized void publish(LogRecord entry) {
            told.add(entry.getMessage());
          }
        };
    logger.addHandler(handler);
    try {
      ToolSupport support = support(TinyPrompts.parse(template(PLAIN)));
      PromptRequest plain = PromptRequest.of(List.of(ASKED)).withTools(List.of(WEATHER));
      assertThat(support.request(plain).messages()).isEqualTo(plain.messages());
      assertThat(told).isEmpty();
      for (int i = 0; i < 2; i++) {
        PromptRequest _ = support.request(plain.withMessages(ONE));
      }
      PromptRequest _ =
          support(TinyPrompts.parse(template(PLAIN + JSON_CALLS))).request(plain.withMessages(ONE));
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(told)
        .containsExactly(
            "model.gguf: the chat template does not show calls of tools: the prompt has them as text");
  }

  private static String template(String message) {
    return LIST + "{% for m in messages %}" + message + "{% endfor %}";
  }

  private static String prompt(String source, List<ChatMessage> messages) {
    ChatTemplate template = TinyPrompts.parse(source);
    PromptRequest request = PromptRequest.of(messages).withTools(List.of(WEATHER));
    return TinyPrompts.text(template.render(support(template).request(request)));
  }

  private static ToolSupport support(ChatTemplate template) {
    return ToolSupport.of(Optional.of(template), "", "model.gguf");
  }

  private static ToolCall call(String id, String arguments) {
    return ToolCall.of(id, "weather", object(arguments));
  }

  private static JsonObject object(String json) {
    return (JsonObject) Json.parse(json, "test");
  }
}
