package puna.cli.command;

import java.io.IOException;

/// Standard output that nobody reads any more.
public final class ClosedOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClosedOutputException(IOException cause) {
    super("standard output is closed", cause);
  }
}
