package puna.error;

/// There is not enough memory, of the JVM or of the system, to open a model. What was allocated
/// until then has been freed.
public final class ModelMemoryException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelMemoryException(String message) {
    super(message);
  }

  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
