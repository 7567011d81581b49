package puna.error;

/// A saved conversation, or a saved cache, cannot be written or read: the file is broken, is no
/// such file, or belongs to another model. The message names file, place, rule and what was found.
public final class SavedStateException extends PunaException {
  private static final long serialVersionUID = 1L;

  public SavedStateException(String message) {
    super(message);
  }

  /// @param cause often the operating system's error
  public SavedStateException(String message, Throwable cause) {
    super(message, cause);
  }
}
