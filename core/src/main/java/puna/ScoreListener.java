package puna;

/// Hears of every position of a text that is scored.
@FunctionalInterface
public interface ScoreListener {
  /// Called on the engine's thread, which waits for it.
  ///
  /// @param position in the text, from 0
  /// @param logits after that position, one for each token of the vocabulary; valid during the call
  void position(int position, float[] logits);
}
