package puna.engine;

/// Hears of one request's answer, on the engine's thread: it must neither block nor throw.
public interface AnswerListener {
  /// The next token, the end token included.
  void token(int id);

  /// The next piece of text; never empty, never part of a stop string.
  void text(String piece);

  /// Nothing comes after it.
  void ended(Outcome outcome);

  /// Nothing comes after it.
  void failed(Throwable cause);
}
