package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that two servers could read in two ways, each with another one hidden behind it, at a
/// server that asks for no key.
@Timeout(300)
class HeaderTricksTest {
  private static final String HIDDEN =
      "GET /api/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String send(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      StringBuilder all = new StringBuilder();
      byte[] bytes = new byte[4096];
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        for (int n = socket.getInputStream().read(bytes);
            n >= 0;
            n = socket.getInputStream().read(bytes)) {
          all.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
        }
      } catch (SocketException e) {
        // the server closed it while something was unread, or not yet sent
      }
      return all.toString();
    }
  }

  private static void requireRefused(String request) throws IOException {
    String replies = send(request + HIDDEN);
    assertThat(replies).matches("(?s)HTTP/1\\.1 (4\\d\\d|501|505) .*");
    assertThat(replies.split("HTTP/1\\.1 ", -1)).as("replies in %s", replies).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: 99999999999999999999",
        "Content-Length : 5",
        "Content-Length\t: 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: \u000bchunked",
        "X: a\r\n Transfer-Encoding: chunked",
        "X: a\u0000b",
        "X: a\rTransfer-Encoding: chunked",
        "X\u0000: a",
        ": a",
        "no colon",
        "Host: example.org",
        "Expect: 200-maybe"
      })
  void ofLengthAreRefused(String header) throws IOException {
    requireRefused("POST /tokenize HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}X\r\n0\r\n\r\n",
        "g\r\n{}\r\n0\r\n\r\n",
      })
  void ofChunksAreRefused(String chunks) throws IOException {
    requireRefused(
        "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunks);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/models HTTP/1.1\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: a@localhost\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
        "GET http://example.org/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/models HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /v1/../models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/%2e%2e/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1%2fmodels HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/models%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/models;x=y HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1\\models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "G\u0000T /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        " GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
      })
  void ofTheFirstLineAreRefused(String request) throws IOException {
    String replies = send(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertThat(replies).matches("(?s)HTTP/1\\.1 (4\\d\\d|501|505) .*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "value", "path", "count"})
  void ofSizeAreRefused(String what) throws IOException {
    String much = "x".repeat(1 << 17);
    String request =
        switch (what) {
          case "name" -> "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + much + ": 1\r\n\r\n";
          case "value" -> "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + much + "\r\n\r\n";
          case "path" -> "GET /" + much + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
          default ->
              "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + "X: 1\r\n".repeat(20_000) + "\r\n";
        };
    assertThat(send(request)).matches("(?s)(HTTP/1\\.1 4\\d\\d .*)?"); // or closed at once
  }
}
