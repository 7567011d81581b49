package puna.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class MessageStreamTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply post(String members) {
    return server.post(
        "/v1/messages",
        TestServer.with(
            """
            {"model": "smollm2-135m", "temperature": 0, "max_tokens": 12,
             "messages": [{"role": "user", "content": "What is the capital of France?"}]}\
            """,
            members));
  }

  @Test
  void tellsOneBlockAfterTheOther() {
    Reply whole = post("");
    Reply stream = post("\"stream\": true");
    assertThat(stream.header("request-id")).startsWith("req_");
    List<JsonObject> events = EventStream.of(stream);
    JsonObject start = events.getFirst();
    assertThat(TestServer.at(start, "message.content")).isEqualTo(new JsonArray(List.of()));
    assertThat(TestServer.at(start, "message.stop_reason")).isEqualTo(JsonNull.NULL);
    assertThat(TestServer.at(start, "message.usage.cache_read_input_tokens"))
        .isEqualTo(JsonNumber.of(0));
    List<String> types = EventStream.types(events);
    assertThat(types.subList(0, 2)).containsExactly("message_start", "content_block_start");
    assertThat(types.subList(2, types.size() - 3)).containsOnly("content_block_delta");
    assertThat(types.subList(types.size() - 3, types.size()))
        .containsExactly("content_block_stop", "message_delta", "message_stop");
    StringBuilder text = new StringBuilder();
    for (JsonObject event : events.subList(2, events.size() - 3)) {
      assertThat(TestServer.at(event, "index")).isEqualTo(JsonNumber.of(0));
      text.append(TestServer.text(event, "delta.text"));
    }
    assertThat(text.toString()).isEqualTo(TestServer.text(whole.json(), "content[0].text"));
  }

  @Test
  void endsWithTotals() {
    Reply whole = post("\"stop_sequences\": [\" Paris\"]");
    List<JsonObject> events =
        EventStream.of(post("\"stream\": true, \"stop_sequences\": [\" Paris\"]"));
    JsonObject end = events.get(events.size() - 2);
    assertThat(TestServer.at(end, "delta.stop_reason")).isEqualTo(new JsonString("stop_sequence"));
    assertThat(TestServer.at(end, "delta.stop_sequence")).isEqualTo(new JsonString(" Paris"));
    assertThat(TestServer.at(end, "usage.output_tokens"))
        .isEqualTo(TestServer.at(whole.json(), "usage.output_tokens"));
    long prompt = number(end, "usage.input_tokens") + number(end, "usage.cache_read_input_tokens");
    assertThat(number(events.getFirst(), "message.usage.input_tokens")).isEqualTo(prompt);
  }

  private static long number(JsonObject event, String path) {
    return ((JsonNumber) TestServer.at(event, path)).asLong();
  }

  @Test
  void refusesBeforeItBegins() {
    assertThat(post("\"stream\": true, \"max_tokens\": \"many\"").status()).isEqualTo(400);
    assertThat(post("\"stream\": true, \"model\": \"no-such\"").status()).isEqualTo(404);
    Reply tooLong =
        post(
            "\"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]"
                .formatted("llama house river stone ".repeat(2_000)));
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(TestServer.text(tooLong.json(), "error.message"))
        .matches("prompt is too long: [0-9]+ tokens > 2048 maximum");
  }
}
