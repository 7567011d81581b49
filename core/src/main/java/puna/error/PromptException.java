package puna.error;

/// The base of exceptions about a prompt that a model cannot take.
public abstract class PromptException extends PunaException {
  private static final long serialVersionUID = 1L;

  PromptException(String message) {
    super(message);
  }

  PromptException(String message, Throwable cause) {
    super(message, cause);
  }
}
