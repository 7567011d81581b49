package puna.error;

/// The thread was interrupted while it waited for an answer; the answer is cancelled. The thread's
/// interrupt status stays set.
public final class AnswerInterruptedException extends AnswerException {
  private static final long serialVersionUID = 1L;

  public AnswerInterruptedException(String message) {
    super(message);
  }

  public AnswerInterruptedException(String message, Throwable cause) {
    super(message, cause);
  }
}
