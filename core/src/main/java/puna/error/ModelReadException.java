package puna.error;

import java.io.IOException;

/// A model file that cannot be read, or was changed or cut short while it was in use. The cause
/// says what the system said.
public final class ModelReadException extends ModelException {
  private static final long serialVersionUID = 1L;

  /// @param cause what the system said
  public ModelReadException(String message, IOException cause) {
    super(message, cause);
  }
}
