package puna.error;

/// The base of all exceptions that Puna throws for failures outside the calling code: files,
/// memory, model output, interrupts. All are unchecked.
///
/// The message says where, what is required, and what was found. Mistakes of the calling code are
/// `IllegalArgumentException` and `IllegalStateException`, as everywhere in Java.
public abstract class PunaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PunaException(String message) {
    super(message);
  }

  PunaException(String message, Throwable cause) {
    super(message, cause);
  }
}
