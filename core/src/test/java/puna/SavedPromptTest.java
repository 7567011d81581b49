package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.SavedStateException;

/// Raw prompts and their files, with a decoder that notices every wrong block.
@Timeout(60)
class SavedPromptTest {
  private static final int WIDTH = 8;
  private static final int[] TOKENS = IntStream.range(0, 20).map(i -> 3 + i % 7).toArray();

  @TempDir private Path folder;

  private static Llama open() {
    return TinyLlama.open(new FakeDecoder(192, 24, WIDTH, 16), TinyTokenizer.create(true));
  }

  @Test
  void aRestoredPromptIsTakenFromTheCache() {
    Path file = folder.resolve("prompt.slot");
    GenerationOptions options = GenerationOptions.greedy().withMaxTokens(4);
    String expected;
    try (Llama llama = open()) {
      SavedPrompt.save(llama, Prompt.tokens(TOKENS), file);
      expected = llama.generate(Prompt.tokens(TOKENS), options).text();
    }
    try (Llama llama = open()) {
      assertThat(SavedPrompt.restore(llama, file)).isEqualTo(Prompt.tokens(TOKENS));
      Generation answer = llama.generate(Prompt.tokens(TOKENS), options);
      assertThat(answer.text()).isEqualTo(expected);
      assertThat(answer.usage().cachedTokens()).isEqualTo(TOKENS.length / WIDTH * WIDTH);
    }
  }

  @Test
  void aPromptShorterThanABlockComesBackAsItsTokens() {
    Path file = folder.resolve("short.slot");
    try (Llama llama = open()) {
      SavedPrompt.save(llama, Prompt.tokens(3, 4, 5), file);
      assertThat(SavedPrompt.restore(llama, file)).isEqualTo(Prompt.tokens(3, 4, 5));
    }
  }

  @Test
  void aConversationIsNoPromptAndAPromptNoConversation() {
    Path prompt = folder.resolve("prompt.slot");
    Path talk = folder.resolve("talk.session");
    try (Llama llama = open()) {
      SavedPrompt.save(llama, Prompt.tokens(TOKENS), prompt);
      llama.session(List.of(ChatMessage.user("HELLO"))).save(talk);
      assertThatExceptionOfType(SavedStateException.class)
          .isThrownBy(() -> SavedPrompt.restore(llama, talk))
          .withMessageContaining("must have the tokens of a prompt");
      assertThatExceptionOfType(SavedStateException.class)
          .isThrownBy(() -> llama.restore(prompt))
          .withMessageContaining("messages");
    }
  }
}
