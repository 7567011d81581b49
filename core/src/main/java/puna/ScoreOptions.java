package puna;

import static java.util.Objects.requireNonNull;

/// How a text is scored.
///
/// @param window how many tokens are read in one context; 0 for as many as the context holds. A
///   longer text is read in windows, and each position is scored in the first that holds it
/// @param overlap how many tokens of the window before are read again for their context
/// @param listener hears of every position in order
public record ScoreOptions(int window, int overlap, PositionListener listener) {

  /// Hears of every position of a text.
  @FunctionalInterface
  public interface PositionListener {
    /// Called on the engine's thread, which waits for it.
    ///
    /// @param position in the text, from 0
    /// @param logits after that position, one for each token of the vocabulary; valid during the
    ///   call
    void position(int position, float[] logits);
  }

  /// @throws IllegalArgumentException when a value is out of range, naming it
  public ScoreOptions {
    requireNonNull(listener, "listener");
    if (window < 0) {
      throw new IllegalArgumentException("window must be 0 or more, found " + window);
    }
    if (overlap < 0 || (window > 0 && overlap >= window)) {
      throw new IllegalArgumentException(
          "overlap must be 0 or more and less than the window of %d, found %d"
              .formatted(window, overlap));
    }
  }

  /// Windows as large as the context, one after the other, and nobody listens.
  public static ScoreOptions defaults() {
    return new ScoreOptions(0, 0, (position, logits) -> {});
  }

  public ScoreOptions withWindow(int value) {
    return new ScoreOptions(value, overlap, listener);
  }

  public ScoreOptions withOverlap(int value) {
    return new ScoreOptions(window, value, listener);
  }

  public ScoreOptions withListener(PositionListener value) {
    return new ScoreOptions(window, overlap, value);
  }
}
