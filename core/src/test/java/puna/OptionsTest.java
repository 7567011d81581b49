package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void generationOptionsNameWhatIsOutOfRange() {
    GenerationOptions options = GenerationOptions.defaults();
    refuses("maxTokens must be −1 or more, found -2", () -> options.withMaxTokens(-2));
    refuses("stopTokens must be 0 or more, found -1", () -> options.withStopTokens(Set.of(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withStopStrings(List.of("a", "")))
        .withMessageStartingWith("stopStrings must not be empty");
    refuses("temperature must be 0 or more, found NaN", () -> options.withTemperature(Float.NaN));
    refuses("seed must be −1 or more, found -5", () -> options.withSeed(-5));
  }

  @Test
  void modelOptionsNameWhatIsOutOfRange() {
    LlamaOptions options = LlamaOptions.of("some-model");
    refuses("contextLength must be at least 0, found -1", () -> options.withContextLength(-1));
    refuses("threads must be at least 0, found -1", () -> options.withThreads(-1));
    refuses("maxConcurrent must be at least 1, found 0", () -> options.withMaxConcurrent(0));
    refuses("batchTokens must be at least 1, found 0", () -> options.withBatchTokens(0));
    refuses("model must be a path or a model's name, found nothing", () -> options.withModel(" "));
  }

  @Test
  void scoreOptionsNameWhatIsOutOfRange() {
    ScoreOptions options = ScoreOptions.defaults();
    refuses("window must be 0 or more, found -1", () -> options.withWindow(-1));
    refuses(
        "overlap must be 0 or more and less than the window of 8, found 8",
        () -> options.withWindow(8).withOverlap(8));
  }

  @Test
  void withersChangeOneValue() {
    assertThat(LlamaOptions.of("a").withThreads(3).withContextLength(9))
        .extracting(LlamaOptions::model, LlamaOptions::threads, LlamaOptions::contextLength)
        .containsExactly("a", 3, 9);
    assertThat(GenerationOptions.greedy().sampling().temperature()).isZero();
  }

  private static void refuses(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
