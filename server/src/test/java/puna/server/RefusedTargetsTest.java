package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Requests that no route ever sees: clients read what is wrong with them in their own dialect.
@Timeout(300)
class RefusedTargetsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// Headers and body of a reply.
  private record Raw(String head, JsonObject body) {
    int status() {
      return Integer.parseInt(head.split(" ", -1)[1]);
    }
  }

  private static Raw send(String request) throws IOException {
    String all = server.raw(request);
    int end = all.indexOf("\r\n\r\n");
    return new Raw(
        all.substring(0, end), (JsonObject) Json.parse(all.substring(end + 4), "the reply"));
  }

  private static String get(String target, String headers) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\n\r\n"
        .formatted(target, headers);
  }

  private static void requireAnthropic(Raw reply) {
    assertThat(TestServer.text(reply.body, "type")).isEqualTo("error");
    assertThat(TestServer.text(reply.body, "error.type")).isNotEmpty();
    assertThat(TestServer.text(reply.body, "error.message")).isNotEmpty();
    assertThat(reply.head)
        .containsIgnoringCase("content-type: application/json")
        .containsIgnoringCase("\r\nrequest-id: " + TestServer.text(reply.body, "request_id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/messages/%2e%2e/x", "/v1/messages/%ff", "/v1/messages/a\\b", "//v1/messages"})
  void areToldToAnthropicsClientsInTheirWords(String target) throws IOException {
    Raw reply = send(get(target, ""));
    assertThat(reply.status()).isIn(400, 404);
    requireAnthropic(reply);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/%2e%2e/tags", "/api/%ff", "//api/tags", "/api//tags"})
  void areToldToOllamasClientsAsOneText(String target) throws IOException {
    Raw reply = send(get(target, ""));
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.body.members()).containsOnlyKeys("error");
    assertThat(TestServer.text(reply.body, "error")).isNotEmpty();
    assertThat(reply.head).containsIgnoringCase("content-type: application/json");
  }

  @Test
  void areToldWhereHeadersAreTooLong() throws IOException {
    Raw reply = send(get("/v1/messages", "X: %s\r\n".formatted("x".repeat(20_000))));
    assertThat(reply.status()).isEqualTo(431);
    requireAnthropic(reply);
    assertThat(TestServer.text(reply.body, "error.type")).isEqualTo("request_too_large");
  }

  @Test
  void areToldWhereNoHostIsNamed() throws IOException {
    Raw reply = send("POST /api/chat HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body.members()).containsOnlyKeys("error");
  }

  @Test
  void sayWhichBaseUrlIsRightWhereASlashIsThereTwice() throws IOException {
    Raw reply = send(get("//v1/messages", ""));
    assertThat(reply.status()).isEqualTo(404);
    assertThat(TestServer.text(reply.body, "error.message"))
        .contains("//v1/messages", "asks for http://localhost/v1/messages");
  }

  @Test
  void isNoneWhereTheNameOfAModelHasASlash() {
    String name = "hf.co/user/model:q4";
    TestServer.Reply copied =
        server.post(
            "/api/copy", "{\"source\": \"smollm2-135m\", \"destination\": \"%s\"}".formatted(name));
    assertThat(copied.status()).isEqualTo(200);
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8); // as the clients do
    for (String path : new String[] {encoded, name}) {
      JsonValue id = server.get("/v1/models/" + path, "anthropic-version", "2026-10-21").at("id");
      assertThat(id).isEqualTo(new JsonString(name));
    }
    assertThat(server.get("/v1%2Fmodels").status()).isEqualTo(404);
  }
}
