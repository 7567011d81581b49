package puna.error;

/// An answer that is not there, or not whole.
public abstract class AnswerException extends PunaException {
  private static final long serialVersionUID = 1L;

  protected AnswerException(String message) {
    super(message);
  }

  protected AnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
