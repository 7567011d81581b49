package puna.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

/// What tests of this dialect ask a server, and how they read its lines.
record OllamaClient(TestServer server) {
  static final String WEATHER =
      """
      {"type": "function", "function": {"name": "get_weather", "description": "Weather of a city",
       "parameters": {"type": "object", "properties": {"city": {"enum": ["Lima", "Cusco"]}},
                      "required": ["city"]}}}\
      """;

  /// A greedy chat of one question, with other members.
  Reply chat(String members) {
    return server.post(
        "/api/chat",
        TestServer.with(
            """
            {"model": "smollm2-135m", "stream": false, "options": {"temperature": 0, "num_predict": 12},
             "messages": [{"role": "user", "content": "What is the capital of France?"}]}\
            """,
            members));
  }

  /// A greedy prompt, with other members.
  Reply generate(String members) {
    return server.post(
        "/api/generate",
        TestServer.with(
            """
            {"model": "smollm2-135m", "stream": false, "options": {"temperature": 0, "num_predict": 12},
             "prompt": "What is the capital of France?"}\
            """,
            members));
  }

  /// The lines of a stream.
  static List<JsonObject> lines(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(reply.text()).endsWith("\n");
    return reply.text().lines().map(line -> (JsonObject) Json.parse(line, "a line")).toList();
  }

  /// A refusal says what is wrong in one text.
  static void requireError(Reply reply, int status, String text) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.json().members()).containsOnlyKeys("error");
    assertThat(reply.at("error")).isInstanceOf(JsonString.class);
    assertThat(TestServer.text(reply.json(), "error")).contains(text);
  }
}
