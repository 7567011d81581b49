package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.json.Json;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class ChatCompletionsTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String WEATHER =
      """
      {"type": "function", "function": {"name": "get_weather", "description": "Weather of a city",
       "parameters": {"type": "object", "properties": {"city": {"enum": ["Paris", "Oslo"]}},
                      "required": ["city"], "additionalProperties": false}}}\
      """;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A greedy request of one message, with other members.
  private static String ask(String members) {
    return TestServer.with(
        """
        {"model": "smollm2-135m", "temperature": 0, "max_tokens": 12,
         "messages": [{"role": "user", "content": "What is the capital of France?"}]}\
        """,
        members);
  }

  @Test
  void answers() {
    Reply reply = server.post(PATH, ask(""));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.header("x-request-id")).startsWith("req_");
    assertThat(reply.at("object")).isEqualTo(new JsonString("chat.completion"));
    assertThat(TestServer.text(reply.json(), "choices[0].message.content")).contains("Paris");
    assertThat(reply.at("choices[0].finish_reason")).isEqualTo(new JsonString("stop"));
    assertThat(reply.at("usage.total_tokens"))
        .isEqualTo(
            JsonNumber.of(
                ((JsonNumber) reply.at("usage.prompt_tokens")).asLong()
                    + ((JsonNumber) reply.at("usage.completion_tokens")).asLong()));
  }

  @Test
  void streamsTheSameText() {
    Reply whole = server.post(PATH, ask(""));
    Reply stream =
        server.post(PATH, ask("\"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(stream.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
    List<String> events = stream.events();
    assertThat(events.getLast()).isEqualTo("[DONE]");
    StringBuilder text = new StringBuilder();
    for (String event : events.subList(0, events.size() - 2)) {
      var delta = TestServer.at(Json.parse(event, "event"), "choices[0].delta");
      if (((puna.json.JsonValue.JsonObject) delta).get("content").isPresent()) {
        text.append(TestServer.text(delta, "content"));
      }
    }
    assertThat(text.toString())
        .isEqualTo(TestServer.text(whole.json(), "choices[0].message.content"));
    assertThat(TestServer.at(Json.parse(events.get(events.size() - 2), "usage"), "usage"))
        .asString()
        .contains("completion_tokens");
  }

  @Test
  void callsTheToolThatMustBeCalled() {
    Reply reply =
        server.post(
            PATH,
            ask(
                "\"max_tokens\": 200, \"parallel_tool_calls\": false,"
                    + " \"tool_choice\": \"required\", \"tools\": [%s]".formatted(WEATHER)));
    assertThat(reply.at("choices[0].finish_reason")).isEqualTo(new JsonString("tool_calls"));
    assertThat(reply.at("choices[0].message.content")).isEqualTo(JsonNull.NULL);
    assertThat(TestServer.text(reply.json(), "choices[0].message.tool_calls[0].function.arguments"))
        .isIn("{\"city\":\"Paris\"}", "{\"city\":\"Oslo\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"temperature\": \"hot\" | temperature | invalid_type",
        "\"temperature\": 9 | temperature | invalid_value",
        "\"max_tokens\": 1.5 | max_tokens | invalid_type",
        "\"n\": 0 | n | invalid_value",
        "\"stop\": 7 | stop | invalid_type",
        "\"stop\": [7] | stop[0] | invalid_type",
        "\"stream\": \"yes\" | stream | invalid_type",
        "\"messages\": [] | messages | invalid_value",
        "\"messages\": [{\"role\": \"wizard\", \"content\": \"x\"}] | messages[0].role | invalid_value",
        "\"messages\": [{\"role\": \"user\"}] | messages[0].content | missing_required_parameter",
        "\"tools\": [{\"type\": \"browser\"}] | tools[0].type | unsupported_value",
        "\"tool_choice\": \"required\" | tool_choice | invalid_value",
        "\"top_logprobs\": 2 | top_logprobs | invalid_value",
        "\"response_format\": {\"type\": \"sound\"} | response_format.type | invalid_value",
        "\"logit_bias\": {\"x\": 1} | logit_bias | invalid_value",
      })
  void namesTheFieldThatIsWrong(String member, String path, String code) {
    Reply reply = server.post(PATH, ask(member));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("invalid_request_error"));
    assertThat(reply.at("error.param")).isEqualTo(new JsonString(path));
    assertThat(reply.at("error.code")).isEqualTo(new JsonString(code));
    assertThat(TestServer.text(reply.json(), "error.message"))
        .contains(path.replaceAll("\\[.*", ""));
  }

  @Test
  void goesOnWithTheAssistantsWords() {
    String question = "{\"role\": \"user\", \"content\": \"What is the capital of France?\"}";
    String begun = "{\"role\": \"assistant\", \"content\": \"The capital of France is\"}";
    Reply reply = server.post(PATH, ask("\"messages\": [%s, %s]".formatted(question, begun)));
    assertThat(TestServer.text(reply.json(), "choices[0].message.content")).isEqualTo(" Paris.");
    for (String messages : List.of("[%2$s]", "[%1$s, %2$s, %2$s]")) {
      Reply refused =
          server.post(PATH, ask("\"messages\": " + messages.formatted(question, begun)));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.at("error.param")).isEqualTo(new JsonString("messages"));
    }
  }

  @Test
  void theLastOfEqualMembersCounts() {
    Reply reply =
        server.post(
            PATH, ask("").replaceFirst("\\{", "{\"max_tokens\": 3, \"n\": 1, \"n\": \"x\", "));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("error.param")).isEqualTo(new JsonString("n"));
  }

  @Test
  void refusesWhatIsNoJson() {
    assertThat(server.post(PATH, "{\"model\":").status()).isEqualTo(400);
    assertThat(server.post(PATH, "").status()).isEqualTo(400);
    assertThat(server.post(PATH, "[".repeat(10_000)).status()).isEqualTo(400);
    assertThat(server.post(PATH, "[]").status()).isEqualTo(400);
  }

  @Test
  void refusesPromptsLongerThanTheContextBeforeAStreamBegins() {
    String prompt = "llama house river stone ".repeat(2_000);
    for (String stream : List.of("false", "true")) {
      Reply reply =
          server.post(
              PATH,
              "{\"model\": \"smollm2-135m\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                  .formatted(stream, prompt));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.at("error.code")).isEqualTo(new JsonString("context_length_exceeded"));
    }
  }

  @Test
  void knowsItsModelsAndNoOthers() {
    assertThat(server.get("/v1/models").at("data[0].id")).isEqualTo(new JsonString("smollm2-135m"));
    assertThat(server.get("/v1/models/smollm2-135m%3Alatest").status()).isEqualTo(200);
    Reply unknown = server.get("/v1/models/no-such");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.at("error.code")).isEqualTo(new JsonString("model_not_found"));
    assertThat(server.get("/v1/nothing").at("error.code")).isEqualTo(new JsonString("unknown_url"));
    assertThat(server.get(PATH).status()).isEqualTo(405);
  }
}
