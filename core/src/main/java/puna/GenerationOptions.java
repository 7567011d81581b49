package puna;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;

/// How an answer is generated.
///
/// @param maxTokens the most tokens to generate, the end token included; 0 only reads the prompt,
///   −1 goes on until the context is full
/// @param sampling how each token is drawn
/// @param stopStrings end the answer; neither they nor a part of them is in its text
/// @param stopTokens end the answer, beside the model's own end tokens; they have no text
/// @param onContextFull what happens when prompt and answer fill the context
/// @param specials what the text of special tokens means in a raw prompt; in chat messages it is
///   always text
/// @param logProbabilities which of them are kept beside the answer
/// @param echo whether the answer's text begins with the prompt's
public record GenerationOptions(
    int maxTokens,
    SamplingOptions sampling,
    List<String> stopStrings,
    Set<Integer> stopTokens,
    OnContextFull onContextFull,
    SpecialTokens specials,
    LogProbabilityOptions logProbabilities,
    Echo echo) {
  private static final int DEFAULT_MAX_TOKENS = 1024;

  /// What happens when prompt and answer fill the context.
  public enum OnContextFull {
    /// The answer ends with `FinishReason.CONTEXT_FULL`.
    FINISH,
    /// Whoever reads the answer gets a `ContextFullException` after its text.
    THROW
  }

  /// What the text of special tokens means in a raw prompt.
  public enum SpecialTokens {
    /// Text like any other.
    AS_TEXT,
    /// The token itself.
    RECOGNISED
  }

  /// Whether the answer's text begins with the prompt's.
  public enum Echo {
    ANSWER,
    /// The prompt's text, as its tokens decode, is the first piece.
    PROMPT_AND_ANSWER
  }

  /// @throws IllegalArgumentException when a value is out of range, naming it
  public GenerationOptions {
    requireNonNull(sampling, "sampling");
    requireNonNull(onContextFull, "onContextFull");
    requireNonNull(specials, "specials");
    requireNonNull(logProbabilities, "logProbabilities");
    requireNonNull(echo, "echo");
    stopStrings = List.copyOf(stopStrings);
    stopTokens = Set.copyOf(stopTokens);
    if (maxTokens < -1) {
      throw new IllegalArgumentException("maxTokens must be −1 or more, found " + maxTokens);
    }
    for (String stop : stopStrings) {
      if (stop.isEmpty()) {
        throw new IllegalArgumentException(
            "stopStrings must not be empty texts, found one in " + stopStrings);
      }
    }
    for (int token : stopTokens) {
      if (token < 0) {
        throw new IllegalArgumentException("stopTokens must be 0 or more, found " + token);
      }
    }
  }

  /// At most 1024 tokens, Meta's sampling defaults, no further stops, a finish reason when the
  /// context is full, special tokens as text.
  public static GenerationOptions defaults() {
    return new GenerationOptions(
        DEFAULT_MAX_TOKENS,
        SamplingOptions.defaults(),
        List.of(),
        Set.of(),
        OnContextFull.FINISH,
        SpecialTokens.AS_TEXT,
        LogProbabilityOptions.NONE,
        Echo.ANSWER);
  }

  /// The defaults, but always the most likely token.
  public static GenerationOptions greedy() {
    return defaults().withSampling(SamplingOptions.greedy());
  }

  public GenerationOptions withMaxTokens(int value) {
    return new GenerationOptions(
        value, sampling, stopStrings, stopTokens, onContextFull, specials, logProbabilities, echo);
  }

  public GenerationOptions withSampling(SamplingOptions value) {
    return new GenerationOptions(
        maxTokens, value, stopStrings, stopTokens, onContextFull, specials, logProbabilities, echo);
  }

  public GenerationOptions withTemperature(float value) {
    return withSampling(sampling.withTemperature(value));
  }

  public GenerationOptions withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }

  public GenerationOptions withStopStrings(List<String> value) {
    return new GenerationOptions(
        maxTokens, sampling, value, stopTokens, onContextFull, specials, logProbabilities, echo);
  }

  public GenerationOptions withStopTokens(Set<Integer> value) {
    return new GenerationOptions(
        maxTokens, sampling, stopStrings, value, onContextFull, specials, logProbabilities, echo);
  }

  public GenerationOptions withOnContextFull(OnContextFull value) {
    return new GenerationOptions(
        maxTokens, sampling, stopStrings, stopTokens, value, specials, logProbabilities, echo);
  }

  public GenerationOptions withSpecials(SpecialTokens value) {
    return new GenerationOptions(
        maxTokens, sampling, stopStrings, stopTokens, onContextFull, value, logProbabilities, echo);
  }

  public GenerationOptions withLogProbabilities(LogProbabilityOptions value) {
    return new GenerationOptions(
        maxTokens, sampling, stopStrings, stopTokens, onContextFull, specials, value, echo);
  }

  public GenerationOptions withEcho(Echo value) {
    return new GenerationOptions(
        maxTokens,
        sampling,
        stopStrings,
        stopTokens,
        onContextFull,
        specials,
        logProbabilities,
        value);
  }
}
