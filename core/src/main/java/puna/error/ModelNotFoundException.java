package puna.error;

/// There is no model file of that path, or no model of that name. The message is one line that says
/// what to do.
public final class ModelNotFoundException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelNotFoundException(String message) {
    super(message);
  }

  public ModelNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
