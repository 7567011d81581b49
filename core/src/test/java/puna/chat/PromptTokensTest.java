package puna.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static puna.chat.ChatMessage.assistant;
import static puna.chat.ChatMessage.system;
import static puna.chat.ChatMessage.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.tensor.Metadata;
import puna.token.Tokenizer;
import puna.token.Tokenizers;

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
    Metadata metadata = new Metadata("test", Map.of("tokenizer.chat_template", template));
    return tokenizer.encode(
        ChatTemplates.choose(metadata, tokenizer).orElseThrow().render(List.of(messages)));
  }

  private static Tokenizer tokenizer(String name) throws IOException {
    Path file = Path.of(System.getProperty("puna.test.shared", "shared"), "tokenizers", name);
    assumeTrue(Files.isRegularFile(file), "needs shared/tokenizers which this checkout lacks");
    return Tokenizers.open(file);
  }
}
