package puna.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import puna.sample.chain.AnswerSeeds;
import puna.sample.chain.Candidates;
import puna.sample.chain.Sampler;
import puna.sample.chain.SamplerVocabulary;

class SamplingOptionsTest {
  private static final SamplingOptions DEFAULTS = SamplingOptions.metaDefaults();

  @Test
  void defaultsAreMetas() {
    assertThat(DEFAULTS.temperature()).hasValue(0.6f);
    assertThat(DEFAULTS.topP()).hasValue(0.9f);
    assertThat(DEFAULTS.topK()).isEmpty();
    assertThat(DEFAULTS.seed()).isEmpty();
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
  void stepsNameTheOptionAndTheValueThatIsOutOfRange() {
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    List<String> none = List.of();
    refuses("topNSigma", "NaN", () -> new SamplerStep.TopNSigma(nan));
    refuses("typicalP", "0.0", () -> new SamplerStep.TypicalP(0));
    refuses("typicalP", "1.01", () -> new SamplerStep.TypicalP(1.01f));
    refuses("xtcProbability", "-0.1", () -> new SamplerStep.Xtc(-0.1f, 0.1f));
    refuses("xtcThreshold", "NaN", () -> new SamplerStep.Xtc(0.5f, nan));
    refuses("dynatempRange", "-1.0", () -> new SamplerStep.Temperature(1, -1, 1));
    refuses("dynatempExponent", "Infinity", () -> new SamplerStep.Temperature(1, 1, infinity));
    refuses("dryMultiplier", "-1.0", () -> new SamplerStep.Dry(-1, 2, 2, -1, none));
    refuses("dryBase", "0.5", () -> new SamplerStep.Dry(1, 0.5f, 2, -1, none));
    refuses("dryAllowedLength", "-1", () -> new SamplerStep.Dry(1, 2, -1, -1, none));
    refuses("dryPenaltyLastN", "-2", () -> new SamplerStep.Dry(1, 2, 2, -2, none));
    refuses("drySequenceBreakers", "[]", () -> new SamplerStep.Dry(1, 2, 2, -1, List.of("")));
    refuses("adaptiveTarget", "1.5", () -> new SamplerStep.AdaptiveP(1.5f, 0.9f));
    refuses("adaptiveTarget", "NaN", () -> new SamplerStep.AdaptiveP(nan, 0.9f));
    refuses("adaptiveDecay", "1.0", () -> new SamplerStep.AdaptiveP(0.5f, 1));
    refuses("mirostat", "3", () -> new SamplerStep.Mirostat(3, 5, 0.1f));
    refuses("mirostatTau", "-5.0", () -> new SamplerStep.Mirostat(1, -5, 0.1f));
    refuses("mirostatEta", "NaN", () -> new SamplerStep.Mirostat(2, 5, nan));
  }

  @Test
  void refusesStepsThatCannotStandTogether() {
    SamplerStep topK = new SamplerStep.TopK(3);
    refuses("steps", "TOP_K again", () -> DEFAULTS.withSteps(List.of(topK, topK)));
    refuses(
        "steps",
        "MIROSTAT before another",
        () -> DEFAULTS.withSteps(List.of(SamplerStep.Mirostat.DEFAULT, topK)));
  }

  @Test
  void llamaCppDefaultsAreAsItPrintsThem() {
    assertThat(SamplingOptions.llamaCppDefaults().steps())
        .containsExactly(
            new SamplerStep.Penalties(64, 1, 0, 0),
            new SamplerStep.Dry(0, 1.75f, 2, -1, List.of("\n", ":", "\"", "*")),
            new SamplerStep.TopNSigma(-1),
            new SamplerStep.TopK(40),
            new SamplerStep.TypicalP(1),
            new SamplerStep.TopP(0.95f),
            new SamplerStep.MinP(0.05f),
            new SamplerStep.Xtc(0, 0.1f),
            new SamplerStep.Temperature(0.8f, 0, 1));
  }

  @Test
  void aStepGoesToItsPlaceAndReplacesItsKind() {
    assertThat(DEFAULTS.withTopK(5).withRepeatPenalty(1.1f).withTopK(7).steps())
        .containsExactly(
            new SamplerStep.Penalties(64, 1.1f, 0, 0),
            new SamplerStep.TopK(7),
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Temperature(0.6f, 0, 1));
    assertThat(DEFAULTS.with(new SamplerStep.Temperature(1, 0.5f, 2)).withTemperature(0.7f).steps())
        .contains(new SamplerStep.Temperature(0.7f, 0.5f, 2));
  }

  @Test
  void mirostatLeavesTheTemperatureAlone() {
    assertThat(SamplingOptions.llamaCppDefaults().with(SamplerStep.Mirostat.DEFAULT).steps())
        .containsExactly(new SamplerStep.Temperature(0.8f, 0, 1), SamplerStep.Mirostat.DEFAULT);
  }

  @Test
  void theOrderIsWhatIsAskedFor() {
    SamplerStep adaptive = new SamplerStep.AdaptiveP(0.5f, 0.9f);
    assertThat(
            DEFAULTS
                .with(adaptive)
                .withOrder(SamplerKind.ofNames("adaptive-p; temp;top_k;nucleus"))
                .steps())
        .containsExactly(
            new SamplerStep.Temperature(0.6f, 0, 1),
            new SamplerStep.TopK(40),
            new SamplerStep.TopP(0.9f),
            adaptive);
  }

  @Test
  void samplersAreKnownByLlamaCppsNamesAndLetters() {
    String names = "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature";
    assertThat(SamplerKind.ofNames(names))
        .isEqualTo(SamplerKind.ofLetters("edskypmxt"))
        .isEqualTo(
            SamplingOptions.llamaCppDefaults().steps().stream().map(SamplerStep::kind).toList());
    for (SamplerKind kind : SamplerKind.values()) {
      assertThat(SamplerKind.ofNames(kind.samplerName())).containsExactly(kind);
      assertThat(SamplerKind.ofLetters(String.valueOf(kind.letter()))).containsExactly(kind);
      assertThat(kind.defaultStep().kind()).isEqualTo(kind);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerKind.ofNames("top_k;topp"))
        .withMessageStartingWith("samplers must be among penalties (e), dry (d)")
        .withMessageEndingWith("found 'topp'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerKind.ofNames(""))
        .withMessageEndingWith("found ''");
    refuses("samplers", "'k' again", () -> SamplerKind.ofLetters("ktk"));
  }

  @Test
  void eachAnswerHasASeedOfItsOwn() {
    SamplingOptions options = DEFAULTS.withSeed(7);
    assertThat(AnswerSeeds.of(options, 0)).isEqualTo(options);
    assertThat(AnswerSeeds.of(options, 1).seed().orElseThrow())
        .isNotNegative()
        .isNotEqualTo(7)
        .isEqualTo(AnswerSeeds.of(options, 1).seed().orElseThrow())
        .isNotEqualTo(AnswerSeeds.of(options, 2).seed().orElseThrow());
    assertThat(AnswerSeeds.of(DEFAULTS, 3)).isEqualTo(DEFAULTS);
  }

  @Test
  void bannedTokensAndEndTokensNeverCome() {
    SamplingOptions options = SamplingOptions.greedy().withBannedTokens(List.of(2));
    Candidates candidates = new Candidates(4);
    candidates.logits()[2] = 9;
    candidates.logits()[1] = 5;
    SamplerVocabulary vocabulary = new SamplerVocabulary(4, id -> id == 1, id -> new byte[0]);
    assertThat(new Sampler(options, vocabulary).next(candidates)).isEqualTo(1);
    assertThat(
            new Sampler(options.withEndTokens(SamplingOptions.EndTokens.BANNED), vocabulary)
                .next(candidates))
        .isZero();
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
