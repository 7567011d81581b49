package puna.engine;

import java.util.Optional;

/// How a request went.
///
/// @param cachedTokens prompt tokens whose keys and values were there already
/// @param queueNanos from submission to the first step that worked on it
/// @param promptNanos from that step until the prompt was read; 0 if it never was
/// @param firstTokenNanos from submission to the first token; 0 if none came
/// @param decodeNanos from the first token to the last
/// @param guesses of its tokens
/// @param stop the stop string that ended it, where one did
public record Outcome(
    Ending ending,
    int cachedTokens,
    long queueNanos,
    long promptNanos,
    long firstTokenNanos,
    long decodeNanos,
    Guessed guesses,
    Optional<String> stop) {
  /// Tokens that were guessed before they came.
  ///
  /// @param drafts how often some were guessed
  /// @param accepted those that came
  public record Guessed(long drafts, long tokens, long accepted) {
    static final Guessed NONE = new Guessed(0, 0, 0);
  }
}
