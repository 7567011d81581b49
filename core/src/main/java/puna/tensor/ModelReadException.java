package puna.tensor;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/// Thrown when a model's file cannot be read, or is no longer what it was when it was opened. The
/// message names the file.
public final class ModelReadException extends UncheckedIOException {
  @Serial private static final long serialVersionUID = 1;

  /// @param message names the file, and what to do
  public ModelReadException(String message, IOException cause) {
    super(message, cause);
  }
}
