package puna;

/// A prompt, or an answer by option, that does not fit into the context. The message names both
/// sizes.
public final class ContextFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ContextFullException(String message) {
    super(message);
  }
}
