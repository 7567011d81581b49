package puna.error;

/// What can go wrong in Puna that is not a mistake in the calling code: above all kinds in this
/// package.
///
/// The message names the place, the rule and what was found. Wrong arguments are an
/// `IllegalArgumentException`, and calls at a wrong time an `IllegalStateException`, as everywhere
/// in Java.
public abstract class PunaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PunaException(String message) {
    super(message);
  }

  PunaException(String message, Throwable cause) {
    super(message, cause);
  }
}
