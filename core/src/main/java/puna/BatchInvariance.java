package puna;

/// Whether answers are batch-invariant: the same whether a request runs alone or in a batch with
/// others.
public enum BatchInvariance {
  /// The fastest kernel for each batch size. These round differently, so that the same seed can,
  /// rarely, give another text in a batch than alone.
  OFF,
  /// The same kernel for every batch size: the same seed gives the same text alone and in a batch,
  /// on the same kernel tier. Prompts are processed more slowly.
  ON
}
