package puna.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer.Reply;
import puna.server.keys.ApiKey;

@Timeout(600)
class GuardsTest {
  private static final String MODELS = "/v1/models";
  private static final List<String> LOG = new CopyOnWriteArrayList<>();

  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        new TestServer(
            ServerOptions.defaults()
                .withKeys(
                    List.of(
                        ApiKey.of("alice", "key-of-alice"),
                        new ApiKey(
                            "bob",
                            ApiKey.hash("key-of-bob"),
                            OptionalInt.of(4),
                            OptionalInt.empty())))
                .withCorsOrigins(List.of("https://example.org"))
                .withMaxBodyBytes(1000)
                .withAccessLog(LOG::add));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void wantsAKeyInEitherHeader() {
    assertThat(server.get(MODELS, "Authorization", "Bearer key-of-alice").status()).isEqualTo(200);
    assertThat(server.get(MODELS, "x-api-key", "key-of-alice").status()).isEqualTo(200);
    assertThat(
            server
                .get(MODELS, "x-api-key", "dummy", "Authorization", "bearer key-of-alice")
                .status())
        .isEqualTo(200);
    for (String wrong : List.of("", "key-of-alic", "key-of-alice2", ApiKey.hash("key-of-alice"))) {
      Reply reply = server.get(MODELS, "Authorization", "Bearer " + wrong);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.at("error.code")).isEqualTo(new JsonString("invalid_api_key"));
    }
    assertThat(server.get(MODELS).status()).isEqualTo(401);
  }

  @Test
  void refusesMoreRequestsThanAKeyMayMake() {
    Reply last = server.get(MODELS, "Authorization", "Bearer key-of-bob");
    for (int i = 0; i < 3 && last.status() == 200; i++) {
      last = server.get(MODELS, "Authorization", "Bearer key-of-bob");
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.header("Retry-After")).matches("[1-9]|1[0-5]");
    assertThat(last.at("error.code")).isEqualTo(new JsonString("rate_limit_exceeded"));
    assertThat(server.get(MODELS, "x-api-key", "key-of-alice").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", ""})
  void isNotKnownByForeignNames(String host) throws IOException {
    assertThat(raw("GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .matches("(?s)HTTP/1.1 40[03] .*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://localhost.evil.example"})
  void foreignPagesMayNotCall(String origin) {
    Reply reply = server.get(MODELS, "Origin", origin, "x-api-key", "key-of-alice");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void allowedPagesMayCall() {
    Reply reply = server.get(MODELS, "Origin", "https://example.org", "x-api-key", "key-of-alice");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("https://example.org");
    Reply local =
        server.get(MODELS, "Origin", "http://localhost:3000", "x-api-key", "key-of-alice");
    assertThat(local.status()).isEqualTo(200);
    assertThat(local.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void aPreflightNeedsNoKey() {
    Reply reply =
        server.send(
            server
                .request("/v1/chat/completions", "Origin", "https://example.org")
                .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.header("Access-Control-Allow-Methods")).contains("POST");
  }

  @Test
  void refusesBodiesThatAreTooLarge() {
    Reply reply =
        server.post(
            "/v1/chat/completions", "\"" + "x".repeat(2000) + "\"", "x-api-key", "key-of-alice");
    assertThat(reply.status()).isEqualTo(413);
    assertThat(TestServer.text(reply.json(), "error.message")).contains("1000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // lengths that two servers could read in two ways
        "POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/models HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\n\r\n",
        "GET /v1/models HTTP/1.1\r\n\r\n",
        "GET /v1/../models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/%2e%2e/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET  /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
      })
  void refusesRequestsThatCanBeReadInTwoWays(String request) throws IOException {
    assertThat(raw(request)).matches("(?s)HTTP/1.1 (4..|501) .*");
  }

  @Test
  void logsNoKeyAndNoLineOfAnybodysMaking() throws IOException, InterruptedException {
    LOG.clear();
    assertThat(server.get("/v1/models?key=key-of-alice", "x-api-key", "key-of-alice").status())
        .isEqualTo(200);
    String _ = raw("GET /\u001b[2J HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    while (LOG.stream().noneMatch(line -> line.contains("GET /v1/models 200"))) {
      Thread.sleep(2); // a request is written down a moment after its reply
    }
    String all = String.join("\n", LOG);
    assertThat(all)
        .contains("GET /v1/models 200", "key=alice")
        .doesNotContain("key-of-alice", "\u001b");
  }

  @Test
  void readsKeysFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(
        file,
        "# keys\n\nabc\nsha256:%s name=bob rate=60 concurrent=2\n".formatted(ApiKey.hash("def")));
    List<ApiKey> keys = ApiKey.read(file);
    assertThat(keys)
        .containsExactly(
            ApiKey.of("key1", "abc"),
            new ApiKey("bob", ApiKey.hash("def"), OptionalInt.of(60), OptionalInt.of(2)));
    for (String wrong :
        List.of(
            "",
            "# no key",
            "abc rate=x",
            "abc rate=0",
            "abc who=me",
            "sha256:12",
            "abc name=a\tb c")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> ApiKey.read(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("abc");
    }
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(120_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      byte[] head = in.readNBytes(12);
      return new String(head, StandardCharsets.ISO_8859_1) + " ";
    }
  }
}
