package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static puna.chat.ChatMessage.assistant;
import static puna.chat.ChatMessage.system;
import static puna.chat.ChatMessage.user;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonObject;

/// A prompt without the last message is refused; one that holds it in other words is right.
class LastMessageTest {
  private static final ToolCall CALL = ToolCall.of("1", "weather", new JsonObject(Map.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for m in messages %}{% if m.role == 'human' %}{{ m.content }}{% endif %}{% endfor %}x",
        "{% for m in messages[:-1] %}{{ m.content }}{% endfor %}x",
        "{% for m in messages[1:] %}{{ m.content }}{% endfor %}x",
        "{{ messages[0].content[0].text }}x",
        "{% for part in messages[0].content %}{{ part.text }}{% endfor %}x",
        "{{ messages[0].content[0] }}x",
        "{{ prompt }}x",
        "{{ messages[0]['text'] }}{{ messages[0].role }}",
        "{{ messages|length }}",
        "the rain"
      })
  void isRefusedWhereItIsLost(String template) {
    refuses(template, user("the rain"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages[-1].content | trim | upper }}",
        "{{ messages[-1].content | replace('rain', 'snow') }}",
        "{{ messages[-1].content | tojson }}",
        "{{ messages[-1].content | urlencode }}",
        "{{ messages[-1].content.split(' ') | join('_') }}",
        "{{ messages[-1].content | list | reverse | join }}",
        "{{ messages[-1].content | title | indent(4) | e }}",
        "{{ messages }}",
        "{{ messages[-1] | tojson(indent=2) }}",
        "{{ '%s!' % messages[-1].content }}{{ '{}'.format('') }}",
        "{% set x %}{{ messages[-1].content }}{% endset %}{{ x }}",
        "{% macro say(t) %}<{{ t }}>{% endmacro %}{{ say(messages[-1].content) }}",
        "{% filter lower %}{{ messages[-1].content }}{% endfilter %}",
        "{% for w in messages[-1].content.split() %}{{ w }}{% endfor %}"
      })
  void isHeldInOtherWords(String template) {
    accepts(template, user("  the rain\n"));
    accepts(template, system("be kind"), user("the rain"));
  }

  @Test
  void anEarlierMessageOfTheSameWordsIsNotTheLast() {
    String first = "{{ messages[0].content }}";
    accepts(first, user("the rain"));
    refuses(first, user("the rain"), assistant("falls"), user("the rain"));
  }

  @Test
  void aSystemMessageAloneCounts() {
    refuses(
        "{% if messages[0].role == 'system' %}{% set rest = messages[1:] %}{% else %}"
            + "{% set rest = messages %}{% endif %}{% for m in rest %}{{ m.content }}{% endfor %}x",
        system("Be kind."));
  }

  @Test
  void aMessageOfNothingCannotBeLost() {
    accepts("x", user(""));
    accepts("x", user(" \n\u00A0"));
    accepts("{% for m in messages %}{{ m.content | trim }}{% endfor %}", user("a"), user(" "));
  }

  @Test
  void callsCountForTheWordsOfTheAssistant() {
    String calls = "{% for c in messages[-1].tool_calls %}{{ c.function.name }}{% endfor %}x";
    accepts(calls, user("a"), assistant("", List.of(CALL)));
    accepts(calls, user("a"), assistant("thinking aloud at length", List.of(CALL)));
    refuses("{{ messages[0].content }}", user("a"), assistant("", List.of(CALL)));
  }

  @Test
  void thoughtsOfTheAssistantMayBeTakenOut() {
    accepts(
        "{{ messages[-1].content.split('</think>')[-1] }}",
        assistant("<think>long thoughts, many of them</think>yes"));
  }

  @Test
  void aToolsAnswerCounts() {
    ChatMessage answer = ChatMessage.toolResult(CALL, "12 degrees");
    accepts("{{ messages[-1].content }}", user("a"), assistant("", List.of(CALL)), answer);
    refuses("{{ messages[-1].name }}", user("a"), assistant("", List.of(CALL)), answer);
  }

  @Test
  void whatIsLostIsSaidWithItsPlace() {
    assertThatExceptionOfType(ChatTemplateException.class)
        .isThrownBy(() -> render("x", system("b"), user("the rain")))
        .withMessage(
            "jinja: message 2 (user): the chat template left the message out; the prompt holds 0 of"
                + " its 7 characters");
  }

  private static void accepts(String template, ChatMessage... messages) {
    assertThatCode(() -> render(template, messages)).doesNotThrowAnyException();
  }

  private static void refuses(String template, ChatMessage... messages) {
    assertThatExceptionOfType(ChatTemplateException.class)
        .isThrownBy(() -> render(template, messages))
        .withMessageContaining("left the message out");
  }

  private static void render(String template, ChatMessage... messages) {
    assertThat(
            ChatTemplates.parse(template, TinyVocabulary.with("<s>", "</s>"), Clock.systemUTC())
                .render(List.of(messages)))
        .isNotNull();
  }
}
