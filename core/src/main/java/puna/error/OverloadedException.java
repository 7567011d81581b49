package puna.error;

/// A model has more requests than it was told to let wait, or one has waited longer than it was
/// told to. The same request may succeed later.
public final class OverloadedException extends AnswerException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String message) {
    super(message);
  }
}
