package puna.error;

/// A prompt does not fit into the context window; or an answer, where the options ask for an
/// exception. The message has both sizes, in tokens.
public final class ContextFullException extends PromptException {
  private static final long serialVersionUID = 1L;

  public ContextFullException(String message) {
    super(message);
  }

  public ContextFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
