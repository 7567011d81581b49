package puna.backend;

/// One product of a dispatch: `out ← x · matrixᵀ (· scale) (+ bias)`.
///
/// @param out (tokens × matrix.rows)
public record Projection(Matrix matrix, Activations out, Precision precision) {
  /// How exact a product of many tokens must be. Whether its bits may depend on their number is
  /// another wish, `BatchInvariance`, which is the back end's.
  public enum Precision {
    /// As exact as the back end's fastest way is.
    FAST,
    /// As exact as a single token's product: for what is not averaged out by later layers.
    EXACT
  }

  public Projection {
    if (out.width() != matrix.rows()) {
      throw new IllegalArgumentException(
          "a matrix of %s rows cannot fill activations of width %s"
              .formatted(matrix.rows(), out.width()));
    }
  }
}
