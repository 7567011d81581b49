package puna.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SamplingOptionsTest {
  private static final SamplingOptions DEFAULTS = SamplingOptions.defaults();

  @Test
  void defaultsAreMetas() {
    assertThat(DEFAULTS.temperature()).isEqualTo(0.6f);
    assertThat(DEFAULTS.topP()).isEqualTo(0.9f);
    assertThat(DEFAULTS.topK()).isZero();
    assertThat(DEFAULTS.seed()).isEqualTo(SamplingOptions.RANDOM_SEED);
  }

  @Test
  void namesTheOptionAndTheValueThatIsOutOfRange() {
    refuses("temperature", "-1.0", () -> DEFAULTS.withTemperature(-1));
    refuses("temperature", "NaN", () -> DEFAULTS.withTemperature(Float.NaN));
    refuses("temperature", "Infinity", () -> DEFAULTS.withTemperature(Float.POSITIVE_INFINITY));
    refuses("topK", "-3", () -> DEFAULTS.withTopK(-3));
    refuses("topP", "0.0", () -> DEFAULTS.withTopP(0));
    refuses("topP", "1.5", () -> DEFAULTS.withTopP(1.5f));
    refuses("topP", "NaN", () -> DEFAULTS.withTopP(Float.NaN));
    refuses("minP", "-0.1", () -> DEFAULTS.withMinP(-0.1f));
    refuses("minP", "1.1", () -> DEFAULTS.withMinP(1.1f));
    refuses("repeatPenalty", "0.0", () -> DEFAULTS.withRepeatPenalty(0));
    refuses("repeatPenalty", "NaN", () -> DEFAULTS.withRepeatPenalty(Float.NaN));
    refuses(
        "presencePenalty",
        "-Infinity",
        () -> DEFAULTS.withPresencePenalty(Float.NEGATIVE_INFINITY));
    refuses("frequencyPenalty", "NaN", () -> DEFAULTS.withFrequencyPenalty(Float.NaN));
    refuses("penaltyWindow", "-2", () -> DEFAULTS.withPenaltyWindow(-2));
    refuses("seed", "-2", () -> DEFAULTS.withSeed(-2));
    refuses("logitBias", "-7", () -> DEFAULTS.withLogitBias(Map.of(-7, 1f)));
    refuses("logitBias of token 7", "NaN", () -> DEFAULTS.withLogitBias(Map.of(7, Float.NaN)));
    refuses(
        "logitBias of token 7",
        "Infinity",
        () -> DEFAULTS.withLogitBias(Map.of(7, Float.POSITIVE_INFINITY)));
  }

  @Test
  void allowsTheEdges() {
    assertThatCode(() ->
            DEFAULTS
                .withTemperature(0)
                .withTopP(1)
                .withMinP(1)
                .withPenaltyWindow(-1)
                .withSeed(Long.MAX_VALUE)
                .withLogitBias(Map.of(7, Float.NEGATIVE_INFINITY)))
        .doesNotThrowAnyException();
  }

  private static void refuses(String option, String found, ThrowingCallable options) {
    assertThatIllegalArgumentException()
        .isThrownBy(options)
        .withMessageStartingWith(option + " must be")
        .withMessageEndingWith("found " + found);
  }
}
