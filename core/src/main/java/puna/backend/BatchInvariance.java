package puna.backend;

/// Whether what is computed for a token may depend on how many others share its step.
///
/// This is about equal bits, not about how exact they are: that is a product's
/// `Projection.Precision`. Only one thing joins the two: what is batch-invariant is computed as a
/// single token is, and so has a single token's precision.
public enum BatchInvariance {
  /// The fastest way for each number of tokens: their sums are rounded differently.
  OFF,
  /// The way of a single token for any number of them: a token's results are the same to the last
  /// bit alone and among others.
  ON
}
