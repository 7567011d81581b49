package puna.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Standard output, in UTF-8 whatever the locale. It carries results and nothing else.
///
/// Every method throws `ClosedOutputException` when the reader has gone.
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
      throw new ClosedOutputException(e);
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
      throw new ClosedOutputException(e);
    }
  }
}
