package puna.grammar.mask;

import org.jspecify.annotations.Nullable;

/// Which tokens may come next in one answer. It has the answer's state and belongs to its thread.
public interface TokenMask {
  /// Sets the logits of all tokens that may not come next to negative infinity. End tokens may come
  /// where the text is complete.
  ///
  /// @param logits one for each token of the vocabulary
  /// @return false when no token may come: the answer must end here
  boolean apply(float[] logits);

  /// The tokens that may come next where they are few, so that nobody need look at all others:
  /// those that `apply` would leave as they are.
  ///
  /// @param most at most so many
  /// @return their ids, ascending; null where they are more, or where only `apply` knows them
  default int @Nullable [] few(int most) {
    return null;
  }

  /// Takes note of the token that came.
  void accept(int token);
}
