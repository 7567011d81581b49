package puna.engine;

/// A prompt, or an answer by option, that does not fit into the model's context.
public final class ContextFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ContextFullException(String message) {
    super(message);
  }
}
