package puna.error;

/// A grammar, JSON Schema, regular expression or tool schema is invalid, or cannot be enforced
/// while generating. The message says where.
public final class GrammarException extends PunaException {
  private static final long serialVersionUID = 1L;

  public GrammarException(String message) {
    super(message);
  }

  public GrammarException(String message, Throwable cause) {
    super(message, cause);
  }
}
