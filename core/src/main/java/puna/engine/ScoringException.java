package puna.engine;

/// A text that could not be scored to its end; the cause says why.
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScoringException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
  }
}
