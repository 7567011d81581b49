package puna.sample;

import java.util.Map;

/// How the next token is drawn.
///
/// @param temperature 0 is greedy; higher is more varied
/// @param topK keep the k most likely tokens; 0 for all
/// @param topP keep the fewest tokens whose probabilities reach p; 1 for all
/// @param minP keep tokens at least p times as likely as the most likely; 0 for all
/// @param repeatPenalty divides positive and multiplies negative logits of recent tokens; 1 for
///   none
/// @param presencePenalty subtracted once from the logits of recent tokens
/// @param frequencyPenalty subtracted for each recent occurrence
/// @param penaltyWindow how many recent tokens the penalties look at; −1 for all of the context
/// @param logitBias added to the logits of these tokens
/// @param seed of the random draw
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

  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0, 1, 0, 0, 64, Map.of(), 0);
  }
}
