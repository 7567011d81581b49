package puna.error;

/// The thread was interrupted while it opened a model. The thread's interrupt status stays set.
public final class ModelInterruptedException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelInterruptedException(String message) {
    super(message);
  }

  public ModelInterruptedException(String message, Throwable cause) {
    super(message, cause);
  }
}
