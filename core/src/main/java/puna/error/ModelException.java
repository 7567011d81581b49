package puna.error;

/// The base of exceptions about a model that cannot be opened, or can no longer be used.
public abstract class ModelException extends PunaException {
  private static final long serialVersionUID = 1L;

  ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
