package puna.backend;

/// One product of a dispatch: `out ← x · matrixᵀ (· scale) (+ bias)`.
///
/// @param out (tokens × matrix.rows)
public record Projection(Matrix matrix, Activations out, Precision precision) {
  /// How a step of many tokens may be multiplied.
  public enum Precision {
    /// The back end's fastest way.
    FAST,
    /// As a step of a single token is: for what is not averaged out by later layers.
    EXACT
  }

  public Projection {
    if (out.width() != matrix.rows()) {
      throw new IllegalArgumentException(
          "a matrix of %d rows cannot fill activations of width %d"
              .formatted(matrix.rows(), out.width()));
    }
  }
}
