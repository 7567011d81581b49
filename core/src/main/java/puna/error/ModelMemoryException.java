package puna.error;

/// Not enough memory of the JVM or the system for a model that is being opened. What was taken
/// until then is given back.
public final class ModelMemoryException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelMemoryException(String message) {
    super(message);
  }

  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
