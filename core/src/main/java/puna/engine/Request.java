package puna.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import puna.grammar.mask.TokenMask;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;
import puna.token.TextDecoder;

/// A prompt to go on with.
///
/// @param content what the prompt is
/// @param maxTokens the most tokens to generate; 0 only reads the prompt
/// @param drawing how tokens are chosen
/// @param stops what ends the answer early
/// @param decoder turns the answer's tokens into text; owned by the engine from here on
/// @param logProbabilities what the listener hears of them
public record Request(
    PromptContent content,
    int maxTokens,
    Drawing drawing,
    Stops stops,
    TextDecoder decoder,
    LogProbabilityOptions logProbabilities) {
  private static final byte[] NOTHING = {};

  /// Of text alone.
  ///
  /// @param prompt token ids, at least one
  public Request(
      int[] prompt,
      int maxTokens,
      Drawing drawing,
      Stops stops,
      TextDecoder decoder,
      LogProbabilityOptions logProbabilities) {
    this(PromptContent.of(prompt), maxTokens, drawing, stops, decoder, logProbabilities);
  }

  /// Of text alone, without a mask, and without log-probabilities.
  public Request(
      int[] prompt, int maxTokens, SamplingOptions sampling, Stops stops, TextDecoder decoder) {
    this(
        prompt,
        maxTokens,
        new Drawing(sampling, stops.tokens(), id -> NOTHING, Optional.empty()),
        stops,
        decoder,
        LogProbabilityOptions.NONE);
  }

  /// The prompt's token ids.
  public int[] prompt() {
    return content.tokens();
  }

  public SamplingOptions sampling() {
    return drawing.sampling();
  }

  /// How tokens are chosen.
  ///
  /// @param endsAnswer true for the tokens that are banned where the options ban end tokens
  /// @param bytes those that a token stands for in text, for any id below the model's vocabulary
  /// @param mask which tokens may come; it belongs to this request from here on
  public record Drawing(
      SamplingOptions sampling,
      IntPredicate endsAnswer,
      IntFunction<byte[]> bytes,
      Optional<TokenMask> mask) {}

  /// What ends an answer early.
  ///
  /// @param strings not empty each
  /// @param tokens true for the ids that end the answer and have no text
  /// @param borders true for ids without a text that no stop string reaches across: text before
  ///   them is not held back for what comes behind them
  /// @param indentation spaces and tabs that a line of the answer must begin with, but for its
  ///   first; 0 for any lines
  public record Stops(
      List<String> strings, IntPredicate tokens, IntPredicate borders, int indentation) {
    /// Without borders, and with any lines.
    public Stops(List<String> strings, IntPredicate tokens) {
      this(strings, tokens, id -> false, 0);
    }
  }
}
