package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.chat.ChatMessage;
import puna.sample.SamplingOptions;

/// Conversations with the embedded model that go on in another process.
@Timeout(900)
class SessionReferenceTest {
  private static final int BLOCK = 64;
  private static final ChatMessage QUESTION = ChatMessage.user("And what is its largest river?");

  @TempDir private Path folder;

  private static Llama open() {
    return Llama.open(
        ModelSource.file(EmbeddedModel.path()),
        LlamaOptions.defaults()
            .withThreads(2)
            .withContextLength(1024)
            .withBatchInvariance(BatchInvariance.ON));
  }

  private static Session talk(Llama llama) {
    Session session =
        llama.session(
            List.of(ChatMessage.system("You know all of geography. " + "Be brief. ".repeat(25))));
    return session.after(
        session.chat(
            ChatMessage.user("What is the capital of France?"),
            ChatOptions.greedy().withMaxTokens(24)));
  }

  private static ChatOptions hot() {
    // the slightest difference of a logit would soon show
    return ChatOptions.defaults()
        .withMaxTokens(24)
        .withSampling(SamplingOptions.defaults().withTemperature(1.5f).withSeed(11));
  }

  @Test
  void aRestoredConversationGoesOnToTheLastBitAndReadsNothingTwice() throws Exception {
    Path exact = folder.resolve("exact");
    Path small = folder.resolve("small");
    int[] expected;
    ChatMessage greedy;
    try (Llama llama = open()) {
      Session session = talk(llama);
      session.save(exact);
      session.save(small, SessionOptions.defaults().withPrecision(SavedPrecision.Q8_0));
      greedy = session.chat(QUESTION, ChatOptions.greedy().withMaxTokens(24)).message();
      expected = session.chat(QUESTION, hot()).generation().tokens();
    }
    assertThat(Files.size(small)).isLessThan(Files.size(exact) * 6 / 10);
    try (Llama llama = open()) {
      Session session = llama.restore(exact);
      int prefix =
          llama.prompt(session.messages(), ChatOptions.defaults()).tokens(llama.tokenizer()).length;
      ChatAnswer answer = session.chat(QUESTION, hot());
      assertThat(answer.generation().tokens()).isEqualTo(expected);
      assertThat(answer.usage().cachedTokens())
          .isGreaterThanOrEqualTo(prefix / BLOCK * BLOCK)
          .isGreaterThanOrEqualTo(BLOCK);
      ChatAnswer plain = session.chat(QUESTION, ChatOptions.greedy().withMaxTokens(24));
      assertThat(plain.message()).isEqualTo(greedy);
    }
    try (Llama llama = open()) {
      ChatAnswer answer =
          llama.restore(small).chat(QUESTION, ChatOptions.greedy().withMaxTokens(24));
      assertThat(answer.text()).isNotEmpty();
      assertThat(answer.usage().cachedTokens()).isGreaterThanOrEqualTo(BLOCK);
    }
  }
}
