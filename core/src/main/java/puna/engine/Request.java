package puna.engine;

import java.util.List;
import java.util.function.IntPredicate;
import puna.sample.SamplingOptions;
import puna.token.TextDecoder;

/// A prompt to go on with.
///
/// @param prompt token ids, at least one
/// @param maxTokens the most tokens to generate; 0 only reads the prompt
/// @param stops what ends the answer early
/// @param decoder turns the answer's tokens into text; owned by the engine from here on
public record Request(
    int[] prompt, int maxTokens, SamplingOptions sampling, Stops stops, TextDecoder decoder) {

  /// What ends an answer early.
  ///
  /// @param strings not empty each
  /// @param tokens true for the ids that end the answer and have no text
  public record Stops(List<String> strings, IntPredicate tokens) {}
}
