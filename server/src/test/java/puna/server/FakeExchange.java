package puna.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;

/// A request without a network.
public final class FakeExchange implements Exchange {
  private final Request request;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final long leavesAfter; // bytes of the reply; then the client is gone
  private int status;
  private Headers headers = Headers.none();

  public FakeExchange(String method, String path, byte[] body) {
    this(method, path, body, Long.MAX_VALUE);
  }

  /// @param path with its query, if it has one
  /// @param leavesAfter bytes of the reply
  public FakeExchange(String method, String path, byte[] body, long leavesAfter) {
    String[] parts = path.split("\\?", 2);
    this.request =
        new Request(
            method,
            parts[0],
            parts.length == 1 ? "" : parts[1],
            Headers.of(Map.of("Host", List.of("localhost"))),
            new ByteArrayInputStream(body),
            "test");
    this.leavesAfter = leavesAfter;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public OutputStream respond(int code, Headers with) {
    status = code;
    headers = with;
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (body.size() + length > leavesAfter) {
          throw new IOException("the client has gone");
        }
        body.write(bytes, offset, length);
      }
    };
  }

  /// The status of the reply; 0 where there is none.
  public int status() {
    return status;
  }

  /// The headers of the reply.
  public Headers headers() {
    return headers;
  }

  /// The body of the reply.
  public String body() {
    return body.toString(StandardCharsets.UTF_8);
  }
}
