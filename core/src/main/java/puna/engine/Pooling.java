package puna.engine;

/// How the hidden states of a text's tokens become one vector.
public enum Pooling {
  /// The mean of all.
  MEAN,
  /// That of the last token.
  LAST,
  /// That of the first token.
  FIRST
}
