package puna.error;

/// Generating an answer, or scoring a text, failed; the cause says why.
public final class GenerationException extends AnswerException {
  private static final long serialVersionUID = 1L;

  public GenerationException(String message) {
    super(message);
  }

  public GenerationException(String message, Throwable cause) {
    super(message, cause);
  }
}
