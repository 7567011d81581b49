package puna.error;

/// A model reference that leads to no usable file. The message is one line that says what to do.
public final class ModelNotFoundException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelNotFoundException(String message) {
    super(message);
  }

  public ModelNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
