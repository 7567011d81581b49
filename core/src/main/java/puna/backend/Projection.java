package puna.backend;

/// One product of a dispatch: `out ← x · matrixᵀ (+ bias)`.
///
/// @param out (tokens × matrix.rows)
public record Projection(Matrix matrix, Activations out) {
  public Projection {
    if (out.width() != matrix.rows()) {
      throw new IllegalArgumentException(
          "a matrix of %d rows cannot fill activations of width %d"
              .formatted(matrix.rows(), out.width()));
    }
  }
}
