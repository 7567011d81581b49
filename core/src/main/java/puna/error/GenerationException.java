package puna.error;

/// An answer that broke off because of a failure; the cause says why.
public final class GenerationException extends AnswerException {
  private static final long serialVersionUID = 1L;

  public GenerationException(String message) {
    super(message);
  }

  public GenerationException(String message, Throwable cause) {
    super(message, cause);
  }
}
