package puna;

/// Receives the logits of every position of a text that is scored.
@FunctionalInterface
public interface ScoreListener {
  /// Called once for each position, on the engine's thread: all answers wait until it returns.
  ///
  /// @param position of a token in the text, from 0
  /// @param logits the predictions for the next token, one for each token of the vocabulary; valid
  ///   during the call only
  void position(int position, float[] logits);
}
