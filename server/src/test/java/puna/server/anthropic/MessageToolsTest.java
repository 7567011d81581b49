package puna.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

/// Tools in Anthropic's dialect, whole and streamed.
@Timeout(600)
class MessageToolsTest {
  private static final String PATH = "/v1/messages";
  private static final String WEATHER =
      """
      {"name": "get_weather", "description": "Weather of a city",
       "input_schema": {"type": "object", "properties": {"city": {"enum": ["Paris", "Oslo"]}},
                        "required": ["city"], "additionalProperties": false}}\
      """;
  private static final String CLOCK =
      """
      {"name": "get_time", "input_schema": {"type": "object",
       "properties": {"zone": {"enum": ["UTC"]}}, "required": ["zone"], "additionalProperties": false}}\
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

  private static String ask(String members) {
    return TestServer.with(
        """
        {"model": "smollm2-135m", "temperature": 0, "max_tokens": 200,
         "messages": [{"role": "user", "content": "What is the weather in Paris?"}]}\
        """,
        members);
  }

  private static Reply post(String members) {
    Reply reply = server.post(PATH, ask(members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply;
  }

  private static String calling(String choice) {
    return "\"tools\": [%s, %s], \"tool_choice\": %s".formatted(WEATHER, CLOCK, choice);
  }

  private static List<JsonValue> calls(JsonValue content) {
    List<JsonValue> calls = new ArrayList<>();
    for (JsonValue block : ((JsonArray) content).elements()) {
      if (TestServer.text(block, "type").equals("tool_use")) {
        calls.add(block);
      }
    }
    return calls;
  }

  @Test
  void callsOneToolThatMustBeCalled() {
    Reply any = post(calling("{\"type\": \"any\", \"disable_parallel_tool_use\": true}"));
    assertThat(any.at("stop_reason")).isEqualTo(new JsonString("tool_use"));
    assertThat(calls(any.at("content"))).hasSize(1);
    assertThat(TestServer.text(calls(any.at("content")).getFirst(), "id")).startsWith("toolu_");
    Reply named =
        post(
            calling(
                "{\"type\": \"tool\", \"name\": \"get_time\", \"disable_parallel_tool_use\": true}"));
    JsonValue call = calls(named.at("content")).getFirst();
    assertThat(TestServer.text(call, "name")).isEqualTo("get_time");
    assertThat(TestServer.text(call, "input.zone")).isEqualTo("UTC");
    assertThat(TestServer.text(call, "caller.type")).isEqualTo("direct");
  }

  @Test
  void callsNoneWhereNoneMayBeCalled() {
    Reply none = post(calling("{\"type\": \"none\"}") + ", \"max_tokens\": 20");
    assertThat(calls(none.at("content"))).isEmpty();
  }

  @Test
  void streamsACallAsOneBlock() {
    Reply whole = post(calling("{\"type\": \"any\", \"disable_parallel_tool_use\": true}"));
    Reply stream =
        post(
            calling("{\"type\": \"any\", \"disable_parallel_tool_use\": true}")
                + ", \"stream\": true");
    List<JsonObject> events = EventStream.of(stream);
    assertThat(EventStream.types(events))
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(TestServer.at(events.get(1), "content_block.input"))
        .isEqualTo(Json.parse("{}", "input"));
    JsonValue input = Json.parse(TestServer.text(events.get(2), "delta.partial_json"), "the input");
    assertThat(input).isEqualTo(TestServer.at(whole.json(), "content[0].input"));
    assertThat(TestServer.text(events.get(4), "delta.stop_reason")).isEqualTo("tool_use");
  }

  @Test
  void tellsNoCallThatWasCutOff() {
    for (int tokens = 4; tokens < 22; tokens += 3) {
      String members =
          calling("{\"type\": \"any\", \"disable_parallel_tool_use\": true}")
              + ", \"max_tokens\": "
              + tokens;
      Reply whole = post(members);
      assertThat(whole.at("content")).isEqualTo(new JsonArray(List.of()));
      assertThat(whole.at("stop_reason")).isEqualTo(new JsonString("max_tokens"));
      List<JsonObject> events = EventStream.of(post(members + ", \"stream\": true"));
      assertThat(EventStream.types(events))
          .containsExactly("message_start", "message_delta", "message_stop");
    }
  }

  @Test
  void takesResultsWithWordsAroundThem() {
    String conversation =
        """
        "messages": [{"role": "user", "content": "What is the weather in Paris?"},
          {"role": "assistant", "content": [{"type": "text", "text": "Let me see."},
            {"type": "tool_use", "id": "toolu_123456789", "name": "get_weather", "input": {"city": "Paris"}},
            {"type": "tool_use", "id": "other", "name": "get_time", "input": {"zone": "UTC"}}]},
          {"role": "user", "content": [{"type": "text", "text": "Here it is."},
            {"type": "tool_result", "tool_use_id": "other", "is_error": true, "content": "no clock"},
            {"type": "tool_result", "tool_use_id": "toolu_123456789",
             "content": [{"type": "text", "text": "18 degrees"}]},
            {"type": "tool_result", "tool_use_id": "unknown"},
            {"type": "text", "text": "Say it in a sentence."}]}]\
        """;
    Reply reply = post(conversation + ", \"max_tokens\": 20, " + calling("{\"type\": \"none\"}"));
    assertThat(TestServer.text(reply.json(), "content[0].text")).isNotEmpty();
  }

  @Test
  void takesSchemasThatNoGrammarCanKeepUnlessACallIsForced() {
    String tool =
        "\"tools\": [{\"name\": \"f\", \"input_schema\": {\"type\": \"object\","
            + " \"properties\": {\"a\": {\"$ref\": \"https://example.org/else.json\"}}}}]";
    assertThat(post(tool + ", \"max_tokens\": 5").status()).isEqualTo(200);
    Reply forced = server.post(PATH, ask(tool + ", \"tool_choice\": {\"type\": \"any\"}"));
    assertThat(forced.status()).isEqualTo(400);
    assertThat(TestServer.text(forced.json(), "error.message")).startsWith("tools");
  }

  @Test
  void takesToolsWithoutASchema() {
    for (String schema : List.of("", ", \"input_schema\": {}", ", \"input_schema\": null")) {
      Reply reply =
          post(
              "\"max_tokens\": 60, \"tools\": [{\"name\": \"f\"%s}],".formatted(schema)
                  + " \"tool_choice\": {\"type\": \"any\", \"disable_parallel_tool_use\": true}");
      assertThat(reply.status()).isEqualTo(200);
    }
  }
}
