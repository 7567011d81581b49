package puna;

import puna.engine.Outcome;

/// How long an answer took, in nanoseconds for each phase and in tokens a second.
public final class Timings {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Usage usage;
  private final long loadNanos;
  private final Outcome outcome;

  /// @param usage the tokens that the rates are about
  Timings(Usage usage, long loadNanos, Outcome outcome) {
    this.usage = usage;
    this.loadNanos = loadNanos;
    this.outcome = outcome;
  }

  /// The token counts behind the rates.
  public Usage usage() {
    return usage;
  }

  /// Time to open the model, once for all answers; the same as [ModelInfo#loadNanos].
  public long loadNanos() {
    return loadNanos;
  }

  /// Time in the queue: from the request to the first step that worked on it.
  public long queueNanos() {
    return outcome.queueNanos();
  }

  /// Prefill time: from that step until the prompt was processed; 0 if it never was.
  public long promptNanos() {
    return outcome.promptNanos();
  }

  /// Time to first token, from the request; 0 if there was none.
  public long firstTokenNanos() {
    return outcome.firstTokenNanos();
  }

  /// Decode time: from the first token to the last.
  public long decodeNanos() {
    return outcome.decodeNanos();
  }

  /// How often tokens were guessed: each time some for one step.
  public long drafts() {
    return outcome.guesses().drafts();
  }

  /// Tokens that were guessed before they came ([AnswerOptions#withSpeculation]).
  public long guessedTokens() {
    return outcome.guesses().tokens();
  }

  /// The guessed tokens that came: each saved a step.
  public long acceptedTokens() {
    return outcome.guesses().accepted();
  }

  /// Prefill speed in prompt tokens a second, without those from the prefix cache; 0 where nothing
  /// was measured.
  public double promptTokensPerSecond() {
    return rate(usage.promptTokens() - usage.cachedTokens(), promptNanos());
  }

  /// Decode speed in generated tokens a second, without the first; 0 where nothing was measured.
  public double decodeTokensPerSecond() {
    return rate(usage.completionTokens() - 1, decodeNanos());
  }

  private static double rate(int tokens, long nanos) {
    return tokens <= 0 || nanos <= 0 ? 0 : tokens * NANOS_PER_SECOND / nanos;
  }

  @Override
  public String toString() {
    return "Timings[queue %s ms, prompt %s ms, first token %s ms, decode %s ms]"
        .formatted(
            queueNanos() / 1_000_000,
            promptNanos() / 1_000_000,
            firstTokenNanos() / 1_000_000,
            decodeNanos() / 1_000_000);
  }
}
