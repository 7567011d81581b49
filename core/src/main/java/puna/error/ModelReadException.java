package puna.error;

import java.io.IOException;

/// A model file cannot be read, or was changed or truncated while it was in use. The cause is the
/// operating system's error.
public final class ModelReadException extends ModelException {
  private static final long serialVersionUID = 1L;

  /// @param cause the operating system's error
  public ModelReadException(String message, IOException cause) {
    super(message, cause);
  }
}
