package puna.error;

/// A model that has no tokens for infill was asked for the middle of a text.
public final class InfillException extends PromptException {
  private static final long serialVersionUID = 1L;

  public InfillException(String message) {
    super(message);
  }
}
