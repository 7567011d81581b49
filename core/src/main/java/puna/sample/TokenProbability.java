package puna.sample;

import java.util.List;

/// A token of a text, and how likely it and its rivals were in its place.
///
/// @param logProbability natural logarithm
/// @param likeliest the most likely tokens of that place, the most likely first, ties by id
public record TokenProbability(int token, double logProbability, List<Rival> likeliest) {
  public TokenProbability {
    likeliest = List.copyOf(likeliest);
  }

  /// A token that might have come.
  ///
  /// @param logProbability natural logarithm
  public record Rival(int token, double logProbability) {}
}
