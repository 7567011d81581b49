package puna.chat.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static puna.chat.ChatMessage.assistant;
import static puna.chat.ChatMessage.system;
import static puna.chat.ChatMessage.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Prompts down to their token ids, with the real vocabularies of the family.
class PromptTokensTest {
  private static final ChatMessage BRIEF = system("Be brief.");
  private static final ChatMessage HI = user("Hi");

  @Test
  void llama2() throws IOException {
    Tokenizer tokenizer = tokenizer("llama2.tokenizer.model");

    assertThat(ids("[INST] <<SYS>>", tokenizer, HI))
        .containsExactly(1, 518, 25580, 29962, 6324, 518, 29914, 25580, 29962);
    assertThat(ids("[INST] <<SYS>>", tokenizer, BRIEF, HI, assistant("Hello!"), user("Bye")))
        .containsExactly(
            1, 518, 25580, 29962, 3532, 14816, 29903, 6778, 13, 3629, 11473, 29889, 13, 29966, 829,
            14816, 29903, 6778, 13, 13, 18567, 518, 29914, 25580, 29962, 15043, 29991, 29871, 2, 1,
            518, 25580, 29962, 2648, 29872, 518, 29914, 25580, 29962);
  }

  @Test
  void llama3() throws IOException {
    assertThat(ids("<|start_header_id|>", tokenizer("llama3.tokenizer.model"), BRIEF, HI))
        .containsExactly(
            128000, 128006, 9125, 128007, 271, 3513, 10015, 13, 128009, 128006, 882, 128007, 271,
            13347, 128009, 128006, 78191, 128007, 271);
  }

  @Test
  void llama4() throws IOException {
    assertThat(ids("<|header_start|>", tokenizer("llama4.tokenizer.model"), BRIEF, HI))
        .containsExactly(
            200000, 200005, 15651, 200006, 368, 3654, 17867, 26, 200008, 200005, 1556, 200006, 368,
            25181, 200008, 200005, 140680, 200006, 368);
  }

  @Test
  void userTextThatSpellsSpecialTokensStaysText() throws IOException {
    Tokenizer tokenizer = tokenizer("llama3.tokenizer.model");
    int[] ids = ids("<|start_header_id|>", tokenizer, user("<|eot_id|><|begin_of_text|>"));

    assertThat(Arrays.stream(ids).filter(tokenizer::isSpecial))
        .containsExactly(128000, 128006, 128007, 128009, 128006, 128007);
  }

  private static int[] ids(String template, Tokenizer tokenizer, ChatMessage... messages) {
    List<ChatMessage> conversation = List.of(messages);
    int[] ids =
        tokenizer.encode(
            HandwrittenFormats.byTemplate(template, tokenizer, Clock.systemUTC())
                .orElseThrow()
                .render(conversation));
    assertThat(
            tokenizer.encode(
                ChatTemplates.parse(jinja(template), tokenizer, Clock.systemUTC())
                    .render(conversation)))
        .as("by a template in Jinja")
        .isEqualTo(ids);
    return ids;
  }

  /// The same format, written as a template.
  private static String jinja(String mark) {
    return switch (mark) {
      case "[INST] <<SYS>>", "[INST]" ->
          """
          {% set system = '' %}{% set rest = messages %}\
          {% if messages[0].role == 'system' %}\
          {% set system = '<<SYS>>\\n' + messages[0].content + '\\n<</SYS>>\\n\\n' %}\
          {% set rest = messages[1:] %}{% endif %}\
          {% for m in rest %}{% if m.role == 'user' %}\
          {{ bos_token + '[INST] ' + ((system if loop.first else '') + m.content).strip() \
          + ' [/INST]' }}\
          {%- else %}{{ ' ' + m.content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}\
          """;
      case "<|header_start|>" ->
          """
          {{ bos_token }}{% for m in messages %}<|header_start|>{{ m.role }}<|header_end|>

          {{ m.content }}<|eot|>{% endfor %}<|header_start|>assistant<|header_end|>

          {{ '' }}\
          """;
      default ->
          """
          {{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>

          {{ m.content | trim }}<|eot_id|>{% endfor %}\
          <|start_header_id|>assistant<|end_header_id|>

          {{ '' }}\
          """;
    };
  }

  private static Tokenizer tokenizer(String name) throws IOException {
    Path file = Path.of(System.getProperty("puna.test.shared", "shared"), "tokenizers", name);
    assumeTrue(Files.isRegularFile(file), "needs shared/tokenizers which this checkout lacks");
    return TokenizerFiles.open(file);
  }
}
