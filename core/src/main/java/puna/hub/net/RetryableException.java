package puna.hub.net;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// An answer after which another attempt may do.
final class RetryableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Duration> after;

  /// @param after how long the server asks to wait
  RetryableException(String message, Optional<Duration> after) {
    super(message);
    this.after = after;
  }

  Optional<Duration> after() {
    return after;
  }
}
