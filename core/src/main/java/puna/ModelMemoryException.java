package puna;

/// Thrown when a model is opened and the JVM or the system has not enough memory for it. What was
/// taken until then is given back.
public final class ModelMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message names the model, and what to do
  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
