package puna.error;

/// A grammar, JSON Schema, regular expression or tool that is wrong or cannot be kept. The message
/// names the place.
public final class GrammarException extends PunaException {
  private static final long serialVersionUID = 1L;

  public GrammarException(String message) {
    super(message);
  }

  public GrammarException(String message, Throwable cause) {
    super(message, cause);
  }
}
