package puna.engine;

import puna.sample.TokenProbability;

/// Hears of one request's answer, on the engine's thread: it must neither block nor throw. One that
/// throws fails its request, and no other.
public interface AnswerListener {
  /// False while nobody has read the answer for some time: then it gives its place up to one that
  /// somebody waits for.
  default boolean isRead() {
    return true;
  }

  /// False once nobody can hear of the answer any more: it is cancelled. Asked before every step.
  default boolean isWanted() {
    return true;
  }

  /// A step has computed a part of the prompt; also called for its last part, before the first
  /// token.
  ///
  /// @param cached tokens that came from the prefix cache
  /// @param read tokens that are computed, those from the cache included
  /// @param nanos since the first step that worked on the prompt
  default void promptRead(int cached, int read, long nanos) {}

  /// How likely the next token of the prompt was, from the second on; only where they are asked
  /// for.
  default void promptProbability(TokenProbability probability) {}

  /// All of the next token, the end token included.
  ///
  /// @param token valid during the call
  void token(AnswerToken token);

  /// Nothing comes after it.
  ///
  /// @param rest text that was held back until now: it belongs to the last token. Empty where that
  ///   token was settled, or there was none
  void ended(String rest, Outcome outcome);

  /// Nothing comes after it. Text that is held back is lost.
  void failed(Throwable cause);
}
