package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer.Reply;

/// Paths with odd characters in them, and what OpenAI's clients are told of those that nobody can
/// read.
@Timeout(300)
class OddPathsTest {
  private static final String MODEL = "hf.co/some/Model-GGUF:Q4_0";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(TestServer.models(MODEL, 256), ServerOptions.defaults());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/hf.co%2Fsome%2FModel-GGUF%3AQ4_0",
        "/v1/models/hf.co%2fsome%2fModel-GGUF:Q4_0",
        "/v1/models/hf.co/some/Model-GGUF:Q4_0",
        "/models/hf.co%2Fsome%2FModel-GGUF%3AQ4_0",
      })
  void findModelsByNamesWithSlashes(String path) {
    Reply reply = server.get(path);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.at("id")).isEqualTo(new JsonString(MODEL));
  }

  @Test
  void tellOfAModelThatIsNotThereBySlashesToo() {
    Reply reply = server.get("/v1/models/hf.co%2Fother%3AQ4_0");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.at("error.code")).isEqualTo(new JsonString("model_not_found"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/models/%zz HTTP/1.1\r\nHost: localhost",
        "GET /v1/models/%00 HTTP/1.1\r\nHost: localhost",
        "GET /v1/models HTTP/1.1",
      })
  void areRefusedInJson(String request) throws IOException {
    String reply = server.raw(request + "\r\nConnection: close\r\n\r\n");
    assertThat(reply)
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
        .contains("\r\nx-request-id: req_");
    JsonValue body = Json.parse(reply.substring(reply.indexOf("\r\n\r\n") + 4), "the reply");
    assertThat(TestServer.text(body, "error.message")).startsWith("the request is refused: ");
    assertThat(TestServer.text(body, "error.type")).isEqualTo("invalid_request_error");
    assertThat(TestServer.at(body, "error.param")).isEqualTo(JsonNull.NULL);
    assertThat(TestServer.at(body, "error.code")).isEqualTo(JsonNull.NULL);
  }

  @Test
  void sayWhichMethodsTheyKnow() {
    Reply reply = server.get("/v1/chat/completions");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("POST");
    assertThat(server.post("/v1/models", "{}").header("Allow")).isEqualTo("GET");
    assertThat(server.get("/v1/no/such").header("Allow")).isEmpty();
  }
}
