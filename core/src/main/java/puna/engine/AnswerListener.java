package puna.engine;

import puna.sample.TokenProbability;

/// Hears of one request's answer, on the engine's thread: it must neither block nor throw.
public interface AnswerListener {
  /// The next token, the end token included.
  void token(int id);

  /// How likely the last token was; only where log-probabilities are asked for.
  default void probability(TokenProbability probability) {}

  /// How likely the next token of the prompt was, from the second on; only where they are asked
  /// for.
  default void promptProbability(TokenProbability probability) {}

  /// The next piece of text; never empty, never part of a stop string.
  void text(String piece);

  /// All that the last token brought has been told, and another may follow. The answer's last token
  /// is complete with its end.
  default void tokenComplete() {}

  /// Nothing comes after it.
  void ended(Outcome outcome);

  /// Nothing comes after it.
  void failed(Throwable cause);
}
