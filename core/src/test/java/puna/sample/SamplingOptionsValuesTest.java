package puna.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// Sampling options as values: equal, as JSON, and over others.
class SamplingOptionsValuesTest {
  private static final SamplingOptions DEFAULTS = SamplingOptions.metaDefaults();
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  @Test
  void areEqualByWhatIsSet() {
    SamplingOptions options = DEFAULTS.withSeed(3);
    assertThat(options).isEqualTo(DEFAULTS.withSeed(3)).hasSameHashCodeAs(DEFAULTS.withSeed(3));
    assertThat(options.hashCode()).isNotEqualTo(DEFAULTS.withSeed(4).hashCode());
    assertThat(options).isNotEqualTo(DEFAULTS).isNotEqualTo("3");
    assertThat(options.toString()).startsWith("SamplingOptions").contains("seed", "3");
  }

  @Test
  void biasesAndBansComeBackFromJson() {
    SamplingOptions options = DEFAULTS.withLogitBias(Map.of(5, 1.5f, 7, NEVER));
    assertThat(Json.write(options.toJson())).contains("\"5\":1.5", "\"7\":false");
    assertThat(SamplingOptions.fromJson(options.toJson()).logitBias())
        .containsExactlyInAnyOrderEntriesOf(Map.of(5, 1.5f, 7, NEVER));
  }

  @Test
  void biasesInJsonAreNumbersOrFalseByTheIdOfAToken() {
    refusesJson("{\"logit_bias\": {\"7\": true}}", "a number, or false to ban the token");
    refusesJson("{\"logit_bias\": {\"7\": \"much\"}}", "a number, or false to ban the token");
    refusesJson("{\"logit_bias\": {\"07\": 1}}", "a token's id must be an integer of 32 bits");
    refusesJson("{\"logit_bias\": {\"seven\": 1}}", "a token's id must be an integer of 32 bits");
  }

  @Test
  void jsonIsHeldToTheRulesOfTheSteps() {
    refusesJson("{\"top_k\": -1}", "$.top_k: topK must be 0 or more, found -1");
    refusesJson("{\"mirostat\": 3}", "$.mirostat: mirostat must be 1 or 2, found 3");
  }

  @Test
  void whatIsSetGoesOverTheDefaults() {
    SamplingOptions over = SamplingOptions.defaults().withTopK(5).over(DEFAULTS);
    assertThat(over.steps())
        .containsExactly(
            new SamplerStep.TopK(5),
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Temperature(0.6f, 0, 1));
    assertThat(DEFAULTS.withTopP(0.5f).over(DEFAULTS).topP()).hasValue(0.5f);
  }

  @Test
  void stepsThatAreListedAreNotAddedTo() {
    SamplingOptions listed =
        SamplingOptions.defaults().withOrder(List.of(SamplerKind.TOP_P, SamplerKind.TOP_K));
    assertThat(listed.over(DEFAULTS.withTopK(9)).steps())
        .containsExactly(new SamplerStep.TopP(0.9f), new SamplerStep.TopK(9));
  }

  @Test
  void whatIsSetJoinsTheStepsThatTheDefaultsList() {
    SamplingOptions defaults =
        SamplingOptions.defaults()
            .withSteps(
                List.of(new SamplerStep.TopP(0.9f), new SamplerStep.Temperature(0.6f, 0, 1)));
    assertThat(SamplingOptions.defaults().withTopK(5).over(defaults).steps())
        .containsExactly(
            new SamplerStep.TopK(5),
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Temperature(0.6f, 0, 1));
    // what is listed stays where it is
    assertThat(SamplingOptions.defaults().withTopP(0.5f).over(defaults).steps())
        .containsExactly(new SamplerStep.TopP(0.5f), new SamplerStep.Temperature(0.6f, 0, 1));
  }

  @Test
  void oneWayToDrawTakesThePlaceOfAnother() {
    SamplerStep adaptive = new SamplerStep.AdaptiveP(0.5f, 0.9f);
    SamplingOptions mirostat = SamplingOptions.defaults().with(SamplerStep.Mirostat.DEFAULT);
    assertThat(mirostat.with(adaptive).steps()).containsExactly(adaptive);
    assertThat(SamplingOptions.defaults().with(adaptive).over(mirostat).steps())
        .containsExactly(adaptive);
    assertThat(DEFAULTS.with(adaptive).withTopK(3).steps()).contains(adaptive);
  }

  @Test
  void aStepIsFoundByItsType() {
    assertThat(DEFAULTS.step(SamplerStep.TopP.class)).hasValue(new SamplerStep.TopP(0.9f));
    assertThat(DEFAULTS.step(SamplerStep.TopK.class)).isEmpty();
    assertThat(DEFAULTS.withFrequencyPenalty(0.5f).step(SamplerStep.Penalties.class))
        .hasValue(new SamplerStep.Penalties(64, 1, 0.5f, 0));
  }

  @Test
  void aStepThatChangesNothingIsNeutral() {
    List<String> none = List.of();
    assertThat(
            List.of(
                SamplerStep.Penalties.DEFAULT,
                new SamplerStep.Penalties(0, 2, 1, 1),
                SamplerStep.Dry.DEFAULT,
                new SamplerStep.Dry(1, 1, 2, 0, none),
                new SamplerStep.Xtc(0.5f, 0.51f),
                SamplerStep.AdaptiveP.DEFAULT))
        .allMatch(SamplerStep::isNeutral);
    assertThat(
            List.of(
                new SamplerStep.Penalties(1, 2, 0, 0),
                new SamplerStep.Penalties(1, 1, 1, 0),
                new SamplerStep.Penalties(1, 1, 0, 1),
                new SamplerStep.Dry(1, 1, 2, 1, none),
                new SamplerStep.Xtc(0.5f, 0.5f),
                new SamplerStep.AdaptiveP(0, 0),
                SamplerStep.Mirostat.DEFAULT))
        .noneMatch(SamplerStep::isNeutral);
  }

  @Test
  void stepsAllowTheEdges() {
    assertThatCode(() ->
            List.of(
                new SamplerStep.Dry(0, 1, 0, -1, List.of()),
                new SamplerStep.Xtc(1, 1),
                new SamplerStep.Temperature(0, 0, 0),
                new SamplerStep.AdaptiveP(1, 0),
                new SamplerStep.AdaptiveP(-Float.MAX_VALUE, 0.99f),
                new SamplerStep.Mirostat(1, 0, 0)))
        .doesNotThrowAnyException();
  }

  private static void refusesJson(String json, String message) {
    JsonObject object = (JsonObject) Json.parse(json, "test");
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> SamplingOptions.fromJson(object))
        .withMessageContaining(message);
  }
}
