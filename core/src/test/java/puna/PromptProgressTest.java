package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.engine.FakeDecoder;

/// How far a prompt is, while it is processed step by step.
@Timeout(60)
class PromptProgressTest {
  private static final int CONTEXT = 96;
  private static final int STEP = 16;
  private static final String PROMPT = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"; // a token a byte

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 24, 8, KvType.F16), STEP, steps);
  private final Llama llama = TinyLlama.open(decoder, TinyTokenizer.ofBytes());

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  private Generation generate(String prompt) {
    return llama.generate(Prompt.text(prompt), GenerationOptions.defaults().withMaxTokens(2));
  }

  private static PromptProgress after(Generation answer, int processed)
      throws InterruptedException {
    while (answer.promptProgress().processedTokens() < processed) {
      Thread.sleep(1);
    }
    return answer.promptProgress();
  }

  @Test
  void growsWithEachStep() throws InterruptedException {
    Generation answer = generate(PROMPT);
    int tokens = answer.promptTokens().length;
    assertThat(answer.promptProgress()).isEqualTo(new PromptProgress(tokens, 0, 0, 0));
    steps.release();
    PromptProgress first = after(answer, 1);
    assertThat(first.processedTokens()).isEqualTo(STEP);
    assertThat(first.promptTokens()).isEqualTo(tokens);
    assertThat(first.nanos()).isPositive();
    assertThat(first.isDone()).isFalse();
    steps.release();
    PromptProgress second = after(answer, STEP + 1);
    assertThat(second.processedTokens()).isEqualTo(2 * STEP);
    assertThat(second.nanos()).isGreaterThan(first.nanos());
  }

  @Test
  void isDoneWithTheFirstTokenAndStaysSo() {
    steps.release(1_000_000);
    Generation answer = generate(PROMPT);
    assertThat(answer.await()).hasSize(2);
    PromptProgress progress = answer.promptProgress();
    assertThat(progress.isDone()).isTrue();
    assertThat(progress.processedTokens()).isEqualTo(answer.usage().promptTokens());
    assertThat(progress.nanos()).isEqualTo(answer.timings().promptNanos());
  }

  @Test
  void countsWhatTheCacheKnew() {
    steps.release(1_000_000);
    generate(PROMPT).await();
    Generation again = generate(PROMPT);
    again.await();
    assertThat(again.usage().cachedTokens()).isPositive();
    assertThat(again.promptProgress().cachedTokens()).isEqualTo(again.usage().cachedTokens());
    assertThat(again.promptProgress().isDone()).isTrue();
  }

  @Test
  void isDoneWhereNothingIsGenerated() {
    steps.release(1_000_000);
    Generation answer =
        llama.generate(Prompt.text(PROMPT), GenerationOptions.defaults().withMaxTokens(0));
    assertThat(answer.await()).isEmpty();
    assertThat(answer.promptProgress().isDone()).isTrue();
  }
}
