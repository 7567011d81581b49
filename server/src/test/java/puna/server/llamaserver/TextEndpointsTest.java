package puna.server.llamaserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class TextEndpointsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  two spaces", "größe 🦙\n\tx", "<|im_start|>user<|im_end|>\n", "a\u0000b"})
  void tokensAndBackIsTheSameText(String text) {
    String content = Json.write(new JsonString(text));
    Reply tokens = server.post("/tokenize", "{\"content\": %s}".formatted(content));
    Reply back =
        server.post("/detokenize", "{\"tokens\": %s}".formatted(Json.write(tokens.at("tokens"))));
    assertThat(back.at("content")).isEqualTo(new JsonString(text));
  }

  @Test
  void specialTokensAreTextWhereAskedFor() {
    Reply special = server.post("/tokenize", "{\"content\": \"<|im_start|>\"}");
    Reply text =
        server.post("/tokenize", "{\"content\": \"<|im_start|>\", \"parse_special\": false}");
    assertThat(((JsonArray) special.at("tokens")).elements()).hasSize(1);
    assertThat(((JsonArray) text.at("tokens")).elements()).hasSizeGreaterThan(1);
  }

  @Test
  void piecesThatAreNoTextAreBytes() {
    Reply reply = server.post("/tokenize", "{\"content\": \"a🦙\", \"with_pieces\": true}");
    List<JsonValue> tokens = ((JsonArray) reply.at("tokens")).elements();
    assertThat(TestServer.at(tokens.getFirst(), "piece")).isEqualTo(new JsonString("a"));
    assertThat(TestServer.at(tokens.getLast(), "piece")).isInstanceOf(JsonArray.class);
  }

  @Test
  void aTemplatesPromptHasItsMarks() {
    Reply reply =
        server.post(
            "/apply-template",
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"Hi\"}]}");
    assertThat(reply.at("prompt"))
        .isEqualTo(
            new JsonString(
                "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
  }

  @Test
  void vectorsHaveTheNormThatIsAskedFor() {
    Reply reply = server.post("/embedding", "{\"content\": [\"a llama\", \"a stone\"]}");
    assertThat(reply.status()).isEqualTo(200);
    JsonArray all = (JsonArray) Json.parse(reply.text(), "reply");
    assertThat(all.elements()).hasSize(2);
    double length = 0;
    for (JsonValue value : ((JsonArray) TestServer.at(all, "1.embedding.0")).elements()) {
      length += Math.pow(((JsonNumber) value).asDouble(), 2);
    }
    assertThat(length).isBetween(0.999, 1.001);
  }

  @Test
  void ranksTheBestFirst() {
    String body =
        "{\"query\": \"What is a llama?\", \"%s\": [\"Stones are hard.\", \"A llama is an animal.\"], \"top_n\": 1}";
    Reply reply = server.post("/v1/rerank", body.formatted("documents"));
    assertThat(((JsonArray) reply.at("results")).elements()).hasSize(1);
    assertThat(reply.at("results[0].relevance_score")).isInstanceOf(JsonNumber.class);
    JsonArray bare =
        (JsonArray) Json.parse(server.post("/rerank", body.formatted("texts")).text(), "reply");
    assertThat(TestServer.at(bare, "0.score")).isEqualTo(reply.at("results[0].relevance_score"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/tokenize | {\"content\": 7}",
        "/tokenize | {}",
        "/detokenize | {\"tokens\": \"a\"}",
        "/detokenize | {\"tokens\": [99999999]}",
        "/apply-template | {\"messages\": []}",
        "/embedding | {\"content\": true}",
        "/rerank | {\"query\": \"a\", \"documents\": []}",
        "/rerank | {\"query\": \"a\", \"documents\": [1]}",
        "/rerank | {\"query\": \"a\", \"documents\": null}",
        "/rerank | {\"documents\": [\"a\"]}",
        "/lora-adapters | [{\"id\": 0, \"scale\": 1}]",
      })
  void refusesWhatIsNoRequest(String path, String body) {
    Reply reply = server.post(path, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.at("error.code")).isEqualTo(JsonNumber.of(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/embedding | {\"content\": [\"a\", \"%s\"]} | exceed_context_size_error",
        "/rerank | {\"query\": \"a\", \"documents\": [\"%s\"]} | exceed_context_size_error",
        "/v1/embeddings | {\"model\": \"smollm2-135m\", \"input\": \"%s\"} | invalid_request_error",
      })
  void textsThatAreTooLongAreToldWithBothNumbers(String path, String body, String type) {
    Reply reply = server.post(path, body.formatted("stone ".repeat(3000)));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString(type));
    assertThat(reply.at("error.n_ctx")).isEqualTo(JsonNumber.of(2048));
    assertThat(((JsonNumber) reply.at("error.n_prompt_tokens")).asLong()).isGreaterThan(2999);
  }
}
