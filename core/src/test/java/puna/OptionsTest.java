package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

class OptionsTest {
  @Test
  void generationOptionsNameWhatIsOutOfRange() {
    GenerationOptions options = GenerationOptions.defaults();
    refuses("maxTokens must be 0 or more, found -2", () -> options.withMaxTokens(-2));
    refuses("stopTokens must be 0 or more, found -1", () -> options.withStopTokens(Set.of(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withStopStrings(List.of("a", "")))
        .withMessageStartingWith("stopStrings must not be empty");
    refuses("temperature must be 0 or more, found NaN", () -> options.withTemperature(Float.NaN));
    refuses("seed must be 0 or more, found -5", () -> options.withSeed(-5));
  }

  @Test
  void modelOptionsNameWhatIsOutOfRange() {
    LlamaOptions options = LlamaOptions.defaults();
    refuses("contextLength must be 1 or more, found -1", () -> options.withContextLength(-1));
    refuses("threads must be 1 or more, found -1", () -> options.withThreads(-1));
    refuses("maxConcurrent must be 1 or more, found 0", () -> options.withMaxConcurrent(0));
    refuses("cacheTokens must be 1 or more, found 0", () -> options.withCacheTokens(0));
    refuses("cacheTokens must be 1 or more, found -7", () -> options.withCacheTokens(-7));
    refuses("batchTokens must be 1 or more, found 0", () -> options.withBatchTokens(0));
    refuses("model must be a path or a model's name, found nothing", () -> ModelSource.of(" "));
  }

  @Test
  void scoreOptionsNameWhatIsOutOfRange() {
    ScoreOptions options = ScoreOptions.defaults();
    refuses("window must be 1 or more, found -1", () -> options.withWindow(-1));
    refuses(
        "overlap must be 0 or more and less than the window of 8, found 8",
        () -> options.withWindow(8).withOverlap(8));
  }

  @Test
  void withersChangeOneValue() {
    LlamaOptions options = LlamaOptions.defaults().withThreads(3).withContextLength(9);
    assertThat(options.threads()).hasValue(3);
    assertThat(options.contextLength()).hasValue(9);
    assertThat(options.batchTokens()).isEmpty();
    assertThat(options).hasToString("LlamaOptions{threads=3, context_length=9}");
    assertThat(LlamaOptions.defaults()).hasToString("LlamaOptions{}");
    assertThat(GenerationOptions.greedy().sampling().temperature()).hasValue(0f);
    assertThat(GenerationOptions.defaults().withMaxTokens(5).withTemperature(0.5f))
        .hasToString("GenerationOptions{\"max_tokens\":5,\"temperature\":0.5}");
  }

  @Test
  void optionsAreEqualWhereTheSameIsSet() {
    assertThat(ChatOptions.defaults().withTopK(3).withSeed(1).withMaxTokens(9))
        .isEqualTo(ChatOptions.defaults().withMaxTokens(9).withSeed(1).withTopK(3))
        .hasSameHashCodeAs(ChatOptions.defaults().withMaxTokens(9).withSeed(1).withTopK(3))
        .isNotEqualTo(ChatOptions.defaults().withTopK(3).withSeed(1))
        .isNotEqualTo(GenerationOptions.defaults().withTopK(3).withSeed(1).withMaxTokens(9));
  }

  @Test
  void whatIsNotSetComesFromTheModel() {
    SamplingOptions model = SamplingOptions.metaDefaults();
    assertThat(SamplingOptions.defaults().over(model)).isEqualTo(model);
    assertThat(SamplingOptions.defaults().withTemperature(0.2f).over(model).steps())
        .containsExactly(new SamplerStep.TopP(0.9f), new SamplerStep.Temperature(0.2f, 0, 1));
    assertThat(SamplingOptions.defaults().withTopK(7).over(model).steps())
        .containsExactly(
            new SamplerStep.TopK(7),
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Temperature(0.6f, 0, 1));
    assertThat(SamplingOptions.greedy().over(model)).isEqualTo(SamplingOptions.greedy());
    assertThat(SamplingOptions.defaults().with(SamplerStep.Mirostat.DEFAULT).over(model).steps())
        .containsExactly(new SamplerStep.Temperature(0.6f, 0, 1), SamplerStep.Mirostat.DEFAULT);
    assertThat(
            SamplingOptions.defaults()
                .withOrder(List.of(SamplerKind.TEMPERATURE, SamplerKind.TOP_K))
                .over(model)
                .steps())
        .containsExactly(new SamplerStep.Temperature(0.6f, 0, 1), new SamplerStep.TopK(40));
  }

  private static void refuses(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
