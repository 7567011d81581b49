package puna.sample;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// How the next token is drawn. The default is Meta's for its instruct models: temperature 0.6,
/// top-p 0.9, nothing else, a different draw each time.
///
/// @param temperature 0 is greedy; higher is more varied
/// @param topK keep the k most likely tokens; 0 for all
/// @param topP keep the most likely tokens until their probabilities exceed p, the one that crosses
///   it included; 1 for all
/// @param minP keep tokens at least p times as likely as the most likely; 0 for all
/// @param repeatPenalty divides positive and multiplies negative logits of recent tokens; 1 for
///   none
/// @param presencePenalty subtracted once from the logits of recent tokens
/// @param frequencyPenalty subtracted for each recent occurrence
/// @param penaltyWindow how many recent tokens of prompt and answer the penalties look at; −1 for
///   all of them
/// @param logitBias added to the logits of these tokens; negative infinity bans a token
/// @param seed from 0: the same draws each time; −1: different ones each time
public record SamplingOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repeatPenalty,
    float presencePenalty,
    float frequencyPenalty,
    int penaltyWindow,
    Map<Integer, Float> logitBias,
    long seed) {
  /// A different seed each time.
  public static final long RANDOM_SEED = -1;

  /// @throws IllegalArgumentException when a value is out of range, naming it
  public SamplingOptions {
    logitBias = Map.copyOf(requireNonNull(logitBias, "logitBias"));
    require(
        temperature >= 0 && Float.isFinite(temperature), "temperature", "0 or more", temperature);
    require(topK >= 0, "topK", "0 or more", topK);
    require(topP > 0 && topP <= 1, "topP", "above 0 and at most 1", topP);
    require(minP >= 0 && minP <= 1, "minP", "from 0 to 1", minP);
    require(
        repeatPenalty > 0 && Float.isFinite(repeatPenalty),
        "repeatPenalty",
        "above 0 and finite",
        repeatPenalty);
    require(Float.isFinite(presencePenalty), "presencePenalty", "finite", presencePenalty);
    require(Float.isFinite(frequencyPenalty), "frequencyPenalty", "finite", frequencyPenalty);
    require(penaltyWindow >= -1, "penaltyWindow", "−1 or more", penaltyWindow);
    require(seed >= RANDOM_SEED, "seed", "−1 or more", seed);
    logitBias.forEach((token, bias) -> {
      require(token >= 0, "logitBias", "about tokens from 0", token);
      require(
          bias < Float.POSITIVE_INFINITY,
          "logitBias of token " + token,
          "finite or negative infinity",
          bias);
    });
  }

  /// Meta's defaults.
  public static SamplingOptions defaults() {
    return new SamplingOptions(0.6f, 0, 0.9f, 0, 1, 0, 0, 64, Map.of(), RANDOM_SEED);
  }

  /// Always the most likely token.
  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0, 1, 0, 0, 64, Map.of(), 0);
  }

  public SamplingOptions withTemperature(float value) {
    return new SamplingOptions(
        value,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withTopK(int value) {
    return new SamplingOptions(
        temperature,
        value,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withTopP(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        value,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withMinP(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        value,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withRepeatPenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        value,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withPresencePenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        value,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withFrequencyPenalty(float value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        value,
        penaltyWindow,
        logitBias,
        seed);
  }

  public SamplingOptions withPenaltyWindow(int value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        value,
        logitBias,
        seed);
  }

  public SamplingOptions withLogitBias(Map<Integer, Float> value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        value,
        seed);
  }

  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repeatPenalty,
        presencePenalty,
        frequencyPenalty,
        penaltyWindow,
        logitBias,
        value);
  }

  private static void require(boolean holds, String option, String rule, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, found %s".formatted(option, rule, found));
    }
  }
}
