package puna.agent;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Server-sent events (WHATWG HTML, section 9.2) as they come, and where to go on after a break.
final class EventStream {
  private static final Duration MOST_DELAY = Duration.ofSeconds(30);

  private String lastId = "";
  private Duration delay = Duration.ofSeconds(1);

  /// The id of the last event, empty if there was none with an id.
  String lastId() {
    return lastId;
  }

  /// How long to wait before asking for the rest.
  Duration delay() {
    return delay;
  }

  /// Reads the data of each message until the stream ends, or one is the last that is wanted.
  ///
  /// @param isLast takes the data of a message
  /// @return whether the last one was read
  boolean read(InputStream in, Predicate<String> isLast) throws IOException {
    BoundedLines lines = new BoundedLines(in, McpTransport.MAX_MESSAGE);
    StringBuilder data = new StringBuilder();
    String kind = "message";
    for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
      if (line.isEmpty()) {
        if (kind.equals("message") && !data.isEmpty() && isLast.test(data.toString())) {
          return true;
        }
        data.setLength(0);
        kind = "message";
        continue;
      }
      int colon = line.indexOf(':');
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (colon < 0 ? line : line.substring(0, colon)) {
        case "data" -> append(data, value);
        case "event" -> kind = value;
        case "id" -> lastId = value.matches("[\\x20-\\x7e]{0,1000}") ? value : lastId;
        case "retry" -> delay = value.matches("\\d{1,9}") ? delay(value) : delay;
        default -> {} // a comment, or a field of later days
      }
    }
    return false;
  }

  private static void append(StringBuilder data, String value) throws IOException {
    if (data.length() + value.length() > McpTransport.MAX_MESSAGE) {
      throw new BoundedLines.TooLongException(McpTransport.MAX_MESSAGE);
    }
    data.append(data.isEmpty() ? "" : "\n").append(value);
  }

  private static Duration delay(String millis) {
    Duration wanted = Duration.ofMillis(Long.parseLong(millis));
    return wanted.compareTo(MOST_DELAY) > 0 ? MOST_DELAY : wanted;
  }
}
