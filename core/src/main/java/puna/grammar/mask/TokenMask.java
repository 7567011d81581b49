package puna.grammar.mask;

/// Which tokens may come next in one answer. It has the answer's state and belongs to its thread.
public interface TokenMask {
  /// Sets the logits of all tokens that may not come next to negative infinity. End tokens may come
  /// where the text is complete.
  ///
  /// @param logits one for each token of the vocabulary
  /// @return false when no token may come: the answer must end here
  boolean apply(float[] logits);

  /// Takes note of the token that came.
  void accept(int token);
}
