package puna.error;

/// A prompt, or an answer by option, that does not fit into the context. The message names both
/// sizes.
public final class ContextFullException extends PromptException {
  private static final long serialVersionUID = 1L;

  public ContextFullException(String message) {
    super(message);
  }

  public ContextFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
