package puna;

/// Where an answer's time went.
///
/// @param usage the tokens that the rates are about
/// @param loadNanos opening the model, once for all answers
/// @param queueNanos from the request to the first step that worked on it
/// @param promptNanos from that step until the prompt was read; 0 if it never was
/// @param firstTokenNanos from the request to the first token; 0 if none came
/// @param decodeNanos from the first token to the last
public record Timings(
    Usage usage,
    long loadNanos,
    long queueNanos,
    long promptNanos,
    long firstTokenNanos,
    long decodeNanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  /// Prompt tokens a second, those that came from the cache left out; 0 where nothing was measured.
  public double promptTokensPerSecond() {
    return rate(usage.promptTokens() - usage.cachedTokens(), promptNanos);
  }

  /// Generated tokens a second after the first; 0 where nothing was measured.
  public double decodeTokensPerSecond() {
    return rate(usage.completionTokens() - 1, decodeNanos);
  }

  private static double rate(int tokens, long nanos) {
    return tokens <= 0 || nanos <= 0 ? 0 : tokens * NANOS_PER_SECOND / nanos;
  }
}
