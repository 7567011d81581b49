package puna.engine;

/// A text that could not be read to its end, for its score or its states; the cause says why.
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScoringException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
  }
}
