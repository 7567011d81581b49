package puna.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The end of a log, of which only the last lines are kept.
final class LastLines {
  private static final int MOST_LINES = 10;
  private static final int MOST_BYTES = 2000;

  private final byte[] last = new byte[MOST_BYTES];
  private int size;

  /// Reads to the end.
  void read(InputStream in) {
    byte[] piece = new byte[8192];
    try (in) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        add(piece, count);
      }
    } catch (IOException _) {
      // The process is gone; what was read is kept.
    }
  }

  void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  private synchronized void add(byte[] piece, int count) {
    int fresh = Math.min(count, MOST_BYTES);
    int kept = Math.min(size, MOST_BYTES - fresh);
    System.arraycopy(last, size - kept, last, 0, kept);
    System.arraycopy(piece, count - fresh, last, kept, fresh);
    size = kept + fresh;
  }

  /// The last lines as the end of a message, empty if there are none.
  synchronized String told() {
    List<String> lines =
        new String(last, 0, size, StandardCharsets.UTF_8)
            .lines()
            .map(line -> McpText.line(line, 500))
            .filter(line -> !line.isEmpty())
            .toList();
    List<String> end = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    return end.isEmpty() ? "" : "; its last words: " + String.join(" | ", end);
  }
}
