package puna.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Standard output, in UTF-8 whatever the locale. It carries results and nothing else.
///
/// Every method throws `ClosedOutputException` when the reader has gone, and `CommandException`
/// when it cannot be written for another reason, such as a full disk.
final class Output {
  private static final int BUFFER = 1 << 16;

  private final OutputStream stream;

  Output(OutputStream stream) {
    this.stream = new BufferedOutputStream(stream, BUFFER);
  }

  void print(String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  void println(String line) {
    print(line);
    print("\n");
  }

  void flush() {
    try {
      stream.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// A reader that left is no failure; a full disk is.
  private static RuntimeException failure(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("pipe") || message.contains("connection")
        ? new ClosedOutputException(e)
        : new CommandException("standard output cannot be written: " + e.getMessage(), e);
  }
}
