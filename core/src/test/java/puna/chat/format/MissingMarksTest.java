package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Marks of a template that are no tokens of the vocabulary: told where they reach the model.
class MissingMarksTest {
  private static final Tokenizer LLAMA2 = TinyVocabulary.with("<s>", "</s>");
  private static final String LOOP = "{% for m in messages %}%s{{ m.content }}%s{% endfor %}";

  @ParameterizedTest
  @CsvSource({
    "<|im_start|>, <|im_end|>",
    "<|start_header_id|>, <|eot_id|>",
    "<start_of_turn>, <end_of_turn>",
    "<|turn>, <turn|>",
    "<｜User｜>, <｜end▁of▁sentence｜>",
    "<|user|>, <|end|>",
    "[|user|], [|endofturn|]"
  })
  void areNamedInOneWarning(String start, String end) {
    String template = loop(start, end);

    assertThat(told(template, LLAMA2))
        .singleElement()
        .asString()
        .startsWith("tokenizer.chat_template")
        .contains("found " + start + ", " + end + " which are none");
    assertThat(told(template, TinyVocabulary.with("<s>", "</s>", start, end))).isEmpty();
    assertThat(told(template, TinyVocabulary.with("<s>", "</s>", start)))
        .singleElement()
        .asString()
        .contains("found " + end + " which");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[INST]", "<<SYS>>", "### Human:", "<tool_call>", "<think>", "USER:"})
  void ordinaryTextIsNoMark(String text) {
    assertThat(told(loop(text, "\n"), LLAMA2)).isEmpty();
  }

  @Test
  void rolesAreTextWhereTurnsEndWithEos() {
    String zephyr = loop("{{ '<|' + m.role + '|>' }}\n", "{{ eos_token }}\n") + "<|assistant|>";
    assertThat(told(zephyr, LLAMA2)).isEmpty();
    assertThat(told(loop("<|user|>\n", "\n") + "<|assistant|>", LLAMA2))
        .singleElement()
        .asString()
        .contains("<|user|>, <|assistant|>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{# <|im_start|> #}",
        "{% if '<|im_start|>' in messages[0].content %}x{% endif %}",
        "{% if tools %}<|python_tag|>{{ tools }}{% endif %}",
        "{% if messages[-1].role == 'tool' %}<|eom_id|>{% endif %}",
        "{{ '' if messages[0].content == '<|im_start|>' }}"
      })
  void literalsThatPlainConversationsNeverPrintAreNoMatter(String code) {
    assertThat(told(code + "{{ messages[-1].content|replace('<|im_end|>', '') }}", LLAMA2))
        .isEmpty();
  }

  @Test
  void whatATemplateForToolsPrintsCountsWhereItPrintsNothingElse() {
    String template =
        "{% if not tools %}{{ raise_exception('tools') }}{% endif %}" + loop("<|im_start|>", "");

    assertThat(told(template, LLAMA2)).singleElement().asString().contains("<|im_start|>");
  }

  @Test
  void formatsOfAVocabularyAreLookedAtToo() {
    Tokenizer tokenizer = TinyVocabulary.with("<s>", "</s>", "<|start_header_id|>");
    ModelWarnings warnings = new ModelWarnings();

    ChatTemplates.chosen(new Metadata("test", Map.of()), tokenizer, warnings);

    assertThat(warnings.all())
        .singleElement()
        .asString()
        .startsWith("the chat format llama3")
        .contains("<|end_header_id|>, <|eot_id|>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ %s }}{{ messages[-1].content }}",
        "{{ %s + messages[-1].content }}",
        "{%% set c = %s + messages[-1].content %%}{{ c }}"
      })
  void tokensThatTheFileDoesNotNameAreTold(String form) {
    for (String variable : List.of("bos_token", "eos_token")) {
      String template = form.formatted(variable);
      assertThat(told(template, nameless()))
          .singleElement()
          .asString()
          .contains(variable, "tokenizer.ggml." + variable + "_id");
      assertThat(told(template, LLAMA2)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if bos_token is defined %}{{ bos_token }}{% endif %}",
        "{% if bos_token %}{{ bos_token }}{% endif %}",
        "{{ bos_token or '' }}",
        "{{ bos_token | default('') }}",
        "{# bos_token #}"
      })
  void templatesThatAskForATokenAreRight(String code) {
    assertThat(told(code + "{{ messages[-1].content }}", nameless())).isEmpty();
  }

  private static String loop(String before, String after) {
    return LOOP.replaceFirst("%s", Matcher.quoteReplacement(before))
        .replaceFirst("%s", Matcher.quoteReplacement(after));
  }

  private static List<String> told(String template, Tokenizer tokenizer) {
    ModelWarnings warnings = new ModelWarnings();
    ChatTemplates.choose(
        new Metadata("test", Map.of("tokenizer.chat_template", template)),
        tokenizer,
        Clock.systemUTC(),
        warnings);
    return warnings.all();
  }

  /// A vocabulary whose file names neither BOS nor EOS.
  private static Tokenizer nameless() {
    List<String> tokens = new ArrayList<>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("tokenizer.ggml.model", "gpt2");
    values.put("tokenizer.ggml.pre", "smollm");
    values.put("tokenizer.ggml.tokens", tokens);
    values.put("tokenizer.ggml.merges", List.of());
    return TokenizerFiles.from(new Metadata("nameless", values), new ModelWarnings());
  }
}
