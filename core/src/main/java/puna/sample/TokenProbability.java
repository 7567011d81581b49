package puna.sample;

import java.util.List;

/// The log-probability of a token (logprob), and of the most likely tokens in its place.
///
/// @param token its id
/// @param logProbability its natural logarithm
/// @param likeliest the most likely tokens at that position, most likely first, ties by id; as many
///   as [LogProbabilityOptions#likeliest] asks for
public record TokenProbability(int token, double logProbability, List<Rival> likeliest) {
  public TokenProbability {
    likeliest = List.copyOf(likeliest);
  }

  /// One of the most likely tokens at a position.
  ///
  /// @param token its id
  /// @param logProbability its natural logarithm
  public record Rival(int token, double logProbability) {}
}
