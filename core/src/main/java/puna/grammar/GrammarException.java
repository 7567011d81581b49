package puna.grammar;

/// A grammar, schema or expression breaks a rule or asks for what cannot be kept; the message names
/// the place, the rule and what was found.
public final class GrammarException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GrammarException(String message) {
    super(message);
  }
}
