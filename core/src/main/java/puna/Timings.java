package puna;

import puna.engine.Outcome;

/// Where an answer's time went.
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

  /// The tokens that the rates are about.
  public Usage usage() {
    return usage;
  }

  /// Opening the model, once for all answers.
  public long loadNanos() {
    return loadNanos;
  }

  /// From the request to the first step that worked on it.
  public long queueNanos() {
    return outcome.queueNanos();
  }

  /// From that step until the prompt was read; 0 if it never was.
  public long promptNanos() {
    return outcome.promptNanos();
  }

  /// From the request to the first token; 0 if none came.
  public long firstTokenNanos() {
    return outcome.firstTokenNanos();
  }

  /// From the first token to the last.
  public long decodeNanos() {
    return outcome.decodeNanos();
  }

  /// Prompt tokens a second, those that came from the cache left out; 0 where nothing was measured.
  public double promptTokensPerSecond() {
    return rate(usage.promptTokens() - usage.cachedTokens(), promptNanos());
  }

  /// Generated tokens a second after the first; 0 where nothing was measured.
  public double decodeTokensPerSecond() {
    return rate(usage.completionTokens() - 1, decodeNanos());
  }

  private static double rate(int tokens, long nanos) {
    return tokens <= 0 || nanos <= 0 ? 0 : tokens * NANOS_PER_SECOND / nanos;
  }

  @Override
  public String toString() {
    return "Timings[queue %d ms, prompt %d ms, first token %d ms, decode %d ms]"
        .formatted(
            queueNanos() / 1_000_000,
            promptNanos() / 1_000_000,
            firstTokenNanos() / 1_000_000,
            decodeNanos() / 1_000_000);
  }
}
