package puna.agent;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Lines of UTF-8, each of a bounded length. Bytes that are no UTF-8 are replaced.
final class BoundedLines {
  /// Thrown by a line that is too long; the rest of it was not read.
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(int most) {
      super("a line of more than %s MiB without an end".formatted(most >> 20));
    }
  }

  private final InputStream in;
  private final int most;
  private boolean cutOff;

  /// @param most bytes of a line
  BoundedLines(InputStream in, int most) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.most = most;
  }

  /// The next line without its end, null behind the last one.
  @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        cutOff = true;
        return line.size() == 0 ? null : text(line);
      }
      if (line.size() == most) {
        throw new TooLongException(most);
      }
      line.write(next);
    }
    return text(line);
  }

  /// Whether the last line has no end.
  boolean isCutOff() {
    return cutOff;
  }

  private static String text(ByteArrayOutputStream line) {
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
