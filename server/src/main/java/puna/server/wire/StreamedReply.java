package puna.server.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import puna.json.Json;
import puna.json.JsonValue;

/// A reply that comes piece by piece: server-sent events, or lines of JSON. What is written is kept
/// until it is flushed, so that it takes one packet. Used by one thread at a time.
public final class StreamedReply implements AutoCloseable {
  private static final int MOST_KEPT = 1 << 14;

  private final Call call;
  private final String contentType;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private @Nullable OutputStream out;
  private long lastFlush = System.nanoTime();

  /// Writes a reply.
  public interface Body {
    /// Writes all of it.
    void write(StreamedReply reply);
  }

  /// Tells of a failure in a reply that has begun, in the words of its dialect.
  public interface Apology {
    /// Writes it.
    void write(StreamedReply reply, Failure failure);
  }

  /// Streams a reply. What goes wrong before it has begun is thrown on, so that it gets a status of
  /// its own; what goes wrong later is told within the stream.
  ///
  /// @param contentType of the stream
  public static void run(Call call, String contentType, Body body, Apology apology) {
    try (StreamedReply reply = new StreamedReply(call, contentType)) {
      try {
        body.write(reply);
        reply.flush();
      } catch (AbandonedException e) {
        throw e;
      } catch (RuntimeException | Error e) { // whatever it is, the client is told
        if (!reply.isOpen()) {
          throw e;
        }
        call.record().failed(e);
        apology.write(reply, call.failure(e));
        reply.flush();
      }
    }
  }

  private StreamedReply(Call call, String contentType) {
    this.call = call;
    this.contentType = contentType;
  }

  /// Sends status and headers, unless they are sent already.
  public void open() {
    if (out == null) {
      call.header("Content-Type", contentType);
      call.header("Cache-Control", "no-cache");
      call.header("X-Accel-Buffering", "no"); // keeps proxies from gathering it
      try {
        out = call.begin(200);
      } catch (IOException e) {
        throw new AbandonedException(e);
      }
      flush();
    }
  }

  /// Whether status and headers are sent.
  public boolean isOpen() {
    return out != null;
  }

  /// A server-sent event.
  public void data(JsonValue data) {
    write("data: " + Json.write(data) + "\n\n");
  }

  /// A server-sent event with a name.
  public void event(String name, JsonValue data) {
    write("event: " + name + "\ndata: " + Json.write(data) + "\n\n");
  }

  /// A line of JSON.
  public void line(JsonValue value) {
    write(Json.write(value) + "\n");
  }

  /// Text as it is. It is sent at the next [#flush].
  public void write(String text) {
    open();
    written.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    if (written.size() > MOST_KEPT) {
      flush();
    }
  }

  /// Sends what was written.
  public void flush() {
    try {
      if (out != null) {
        send(out);
        out.flush();
      }
      lastFlush = System.nanoTime();
    } catch (IOException e) {
      throw new AbandonedException(e);
    }
  }

  private void send(OutputStream target) throws IOException {
    if (written.size() > 0) {
      written.writeTo(target);
      written.reset();
    }
  }

  /// Whether nothing was sent for so long.
  public boolean isSilentFor(Duration time) {
    return System.nanoTime() - lastFlush >= time.toNanos();
  }

  /// Ends the reply.
  @Override
  public void close() {
    if (out != null) {
      try {
        send(out);
        out.close();
      } catch (IOException e) {
        throw new AbandonedException(e);
      }
    }
  }
}
