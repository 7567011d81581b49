package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static puna.chat.ChatMessage.user;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ChatTemplateException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Which template of a file chats go by, and what a user hears where it is not the file's own.
class FileTemplatesTest {
  private static final String PLAIN = "tokenizer.chat_template";
  private static final String TOOLS = "tokenizer.chat_template.tool_use";
  private static final String ECHO = "echo {{ messages[0].content }}";
  private static final Tokenizer CHATML =
      TinyVocabulary.with("<s>", "</s>", "<|im_start|>", "<|im_end|>");
  private static final Tokenizer LLAMA2 = TinyVocabulary.with("<s>", "</s>");

  private final ModelWarnings warnings = new ModelWarnings();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n\t",
        "{# none #}",
        "{#- a -#} \n {# b #}",
        "{{ '' }}",
        "{%- if messages -%} {{- \"\" -}} {%- endif -%} {{ ' ' }}",
        "\uFEFF",
        "\u00A0 {# none #}",
        "{% set x = 1 %}",
        "{% set x %}<|im_start|>{% endset %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}",
        "{% for m in messages %}{# nothing #} {% endfor %}",
        "{% if messages %} {% else %}{% set y = messages %}{% endif %}"
      })
  void aTemplateThatPrintsNothingIsNone(String template) {
    assertThat(choose(Map.of(PLAIN, template), CHATML)).get().returns("chatml", ChatTemplate::name);
    assertThat(choose(Map.of(PLAIN, template), LLAMA2)).isEmpty();
    assertThat(render(Map.of(PLAIN, template, TOOLS, ECHO), CHATML)).isEqualTo("echo a");
    assertThat(render(Map.of(PLAIN, ECHO, TOOLS, template), CHATML)).isEqualTo("echo a");
    assertThat(warnings.all()).isEmpty();
    assertThat(source(Map.of(PLAIN, template))).isEmpty();
    assertThat(source(Map.of(PLAIN, ECHO, TOOLS, template))).isEqualTo(ECHO);
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAIN, TOOLS, PLAIN + ".rag"})
  void aValueThatIsNoTextIsToldAndCountsAsNone(String key) {
    for (Object value : List.of(0L, 1.5, true, List.of("x"), new long[] {1})) {
      assertThat(choose(Map.of(key, value), CHATML)).get().returns("chatml", ChatTemplate::name);
      assertThat(choose(Map.of(key, value), LLAMA2)).isEmpty();
      assertThat(source(Map.of(key, value))).isEmpty();
    }

    assertThat(warnings.all()).singleElement().asString().startsWith(key + " must be a string");
  }

  @Test
  void aTemplateOfAnotherNameIsToldWhereItIsTheOnlyOne() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(PLAIN + ".rag", ECHO);
    values.put("tokenizer.chat_templates", List.of("rag"));

    assertThat(choose(values, CHATML)).get().returns("chatml", ChatTemplate::name);
    assertThat(warnings.all())
        .containsExactly(
            "tokenizer.chat_template is missing beside tokenizer.chat_template.rag, which chats do"
                + " not go by: they go by the built-in format chatml");
    assertThat(choose(values, LLAMA2)).isEmpty();
    assertThat(warnings.all()).last().asString().contains("are refused");
  }

  @Test
  void aTemplateOfAnotherNameIsSilentBesideOneThatIsUsed() {
    assertThat(render(Map.of(PLAIN, ECHO, PLAIN + ".rag", "x"), CHATML)).isEqualTo("echo a");
    assertThat(render(Map.of(TOOLS, ECHO, PLAIN + ".rag", "x"), CHATML)).isEqualTo("echo a");
    assertThat(choose(Map.of(PLAIN + ".rag", " "), CHATML)).isPresent();
    assertThat(warnings.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chatml", " chatml\n"})
  void theWordChatmlIsTheFormatOfThatName(String word) {
    assertThat(render(Map.of(PLAIN, word), CHATML))
        .isEqualTo("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n");
    assertThat(warnings.all()).isEmpty();

    assertThat(choose(Map.of(PLAIN, word), LLAMA2)).isPresent();
    assertThat(warnings.all()).singleElement().asString().contains("<|im_start|>, <|im_end|>");
  }

  @Test
  void templatesThatCannotBeParsedAreTold() {
    assertThat(choose(Map.of(PLAIN, "{% if %}<|im_start|>"), CHATML))
        .get()
        .returns("chatml", ChatTemplate::name);
    assertThat(choose(Map.of(PLAIN, "{% if %}"), CHATML)).isPresent();
    assertThat(render(Map.of(PLAIN, ECHO, TOOLS, "{% if %}"), CHATML)).isEqualTo("echo a");

    assertThat(warnings.all()).hasSize(3).allMatch(warning -> warning.contains("line 1, column 7"));
    assertThat(warnings.all().getFirst()).endsWith("chats go by the built-in format chatml");
    assertThat(warnings.all().get(1)).startsWith(PLAIN + " must be a chat template");
    assertThat(warnings.all().getLast()).startsWith(TOOLS).endsWith("with tools too");
  }

  @Test
  void noTemplateAndNoKnownFormatIsNoReasonToWarn() {
    assertThat(choose(Map.of(), LLAMA2)).isEmpty();
    assertThat(warnings.all()).isEmpty();
    assertThatExceptionOfType(ChatTemplateException.class)
        .isThrownBy(() -> render(Map.of(PLAIN, "llama3"), CHATML))
        .withMessageContaining("left the message out");
  }

  private Optional<ChatTemplate> choose(Map<String, Object> values, Tokenizer tokenizer) {
    return ChatTemplates.choose(
        new Metadata("test", values), tokenizer, Clock.systemUTC(), warnings);
  }

  private String render(Map<String, Object> values, Tokenizer tokenizer) {
    return TinyVocabulary.text(choose(values, tokenizer).orElseThrow().render(List.of(user("a"))));
  }

  private static String source(Map<String, Object> values) {
    return ChatTemplates.chosen(new Metadata("test", values), CHATML, new ModelWarnings()).source();
  }
}
