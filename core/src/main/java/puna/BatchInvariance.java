package puna;

/// Whether a text may depend on what else the model is working on.
public enum BatchInvariance {
  /// The fastest way of multiplying for each number of tokens. Their sums are rounded differently,
  /// so that the same seed can, rarely, lead to another text among other answers than alone.
  OFF,
  /// One way of multiplying for any number of tokens: the same seed gives the same text alone and
  /// among others, on the same kernel tier. Prompts are read more slowly.
  ON
}
