package puna.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A client that costs next to nothing: it sends a request on a connection of its own and reads the
/// lines of the reply as they come.
final class StreamReader implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final StringBuilder line = new StringBuilder();

  private StreamReader(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// @param body JSON
  static StreamReader post(int port, String path, String body) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    StreamReader reader = new StreamReader(socket);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %s\r\n\r\n"
            .formatted(path, port, bytes.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    String status = reader.next();
    if (status == null || !status.contains(" 200 ")) {
      reader.close();
      throw new IOException("not answered: " + status);
    }
    return reader;
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
