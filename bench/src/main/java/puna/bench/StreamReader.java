package puna.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A client that costs next to nothing: it sends requests on a connection of its own and reads the
/// lines of each reply as they come.
final class StreamReader implements AutoCloseable {
  private static final String LAST_CHUNK = "0\r";

  private final int port;
  private final Socket socket;
  private final InputStream in;
  private final StringBuilder line = new StringBuilder();

  private StreamReader(int port) throws IOException {
    this.port = port;
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// A connection for one request after the other, as clients keep it.
  static StreamReader connect(int port) throws IOException {
    return new StreamReader(port);
  }

  /// A connection for one request, which is sent.
  ///
  /// @param body JSON
  static StreamReader post(int port, String path, String body) throws IOException {
    StreamReader reader = new StreamReader(port);
    try {
      reader.send(path, "close", body);
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /// Sends a request; its reply, a stream, must be read to [#isLast].
  ///
  /// @param body JSON
  void post(String path, String body) throws IOException {
    send(path, "keep-alive", body);
  }

  private void send(String path, String connection, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nConnection: %s\r\nContent-Length: %s\r\n\r\n"
            .formatted(path, port, connection, bytes.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(bytes);
    all.writeTo(socket.getOutputStream());
    String status = next();
    if (status == null || !status.contains(" 200 ")) {
      throw new IOException("not answered: " + status);
    }
  }

  /// Whether nothing but an empty line comes behind that one.
  static boolean isLast(String line) {
    return line.equals(LAST_CHUNK);
  }

  /// The next line; null behind the last.
  @Nullable String next() throws IOException {
    line.setLength(0);
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        return line.toString();
      }
      line.append((char) next);
    }
    return line.isEmpty() ? null : line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
