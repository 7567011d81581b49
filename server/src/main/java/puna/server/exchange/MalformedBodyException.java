package puna.server.exchange;

import java.io.IOException;

/// Thrown by a request's body where it is not what its headers say, such as chunks without a
/// length. Whoever sent it may still be told.
public final class MalformedBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong
  public MalformedBodyException(String message, Throwable cause) {
    super(message, cause);
  }
}
