package puna.error;

/// The base of exceptions about an answer that failed or is incomplete.
public abstract class AnswerException extends PunaException {
  private static final long serialVersionUID = 1L;

  protected AnswerException(String message) {
    super(message);
  }

  protected AnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
