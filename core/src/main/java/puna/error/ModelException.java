package puna.error;

/// A model that cannot be opened, or no longer be used.
public abstract class ModelException extends PunaException {
  private static final long serialVersionUID = 1L;

  ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
