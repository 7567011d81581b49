package puna.error;

/// The thread was interrupted while it waited for an answer, which is cancelled by that. Its
/// interrupt status is kept.
public final class AnswerInterruptedException extends AnswerException {
  private static final long serialVersionUID = 1L;

  public AnswerInterruptedException(String message) {
    super(message);
  }

  public AnswerInterruptedException(String message, Throwable cause) {
    super(message, cause);
  }
}
