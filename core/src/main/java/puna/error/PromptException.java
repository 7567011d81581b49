package puna.error;

/// A prompt that a model cannot be given.
public abstract class PromptException extends PunaException {
  private static final long serialVersionUID = 1L;

  PromptException(String message) {
    super(message);
  }

  PromptException(String message, Throwable cause) {
    super(message, cause);
  }
}
