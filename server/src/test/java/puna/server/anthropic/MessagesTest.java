package puna.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class MessagesTest {
  private static final String PATH = "/v1/messages";
  private static final String COUNT = PATH + "/count_tokens";

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

  private static Reply post(String members) {
    Reply reply = server.post(PATH, ask(members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply;
  }

  private static String text(Reply reply) {
    return TestServer.text(reply.json(), "content[0].text");
  }

  /// Tokens of the prompt, of all kinds.
  private static long inputTokens(Reply reply) {
    return number(reply, "usage.input_tokens")
        + number(reply, "usage.cache_read_input_tokens")
        + number(reply, "usage.cache_creation_input_tokens");
  }

  private static long number(Reply reply, String path) {
    return ((JsonNumber) reply.at(path)).asLong();
  }

  private static long counted(String members) {
    return number(server.post(COUNT, ask(members)), "input_tokens");
  }

  @Test
  void answers() {
    Reply reply = post("");
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.header("request-id")).startsWith("req_");
    assertThat(TestServer.text(reply.json(), "id")).startsWith("msg_");
    assertThat(reply.at("type")).isEqualTo(new JsonString("message"));
    assertThat(reply.at("role")).isEqualTo(new JsonString("assistant"));
    assertThat(reply.at("model")).isEqualTo(new JsonString("smollm2-135m"));
    assertThat(text(reply)).contains("Paris");
    assertThat(reply.at("stop_reason")).isEqualTo(new JsonString("end_turn"));
    assertThat(reply.at("stop_sequence")).isEqualTo(JsonNull.NULL);
    assertThat(number(reply, "usage.output_tokens")).isPositive();
  }

  @Test
  void tellsWhatEndedIt() {
    Reply limit = post("\"max_tokens\": 2");
    assertThat(limit.at("stop_reason")).isEqualTo(new JsonString("max_tokens"));
    assertThat(number(limit, "usage.output_tokens")).isEqualTo(2);
    Reply stop = post("\"stop_sequences\": [\"never\", \" Paris\"]");
    assertThat(stop.at("stop_reason")).isEqualTo(new JsonString("stop_sequence"));
    assertThat(stop.at("stop_sequence")).isEqualTo(new JsonString(" Paris"));
    assertThat(text(stop)).isEqualTo("The capital of France is");
    Reply nothing = post("\"max_tokens\": 0");
    assertThat(nothing.at("content")).isEqualTo(new JsonArray(List.of()));
    assertThat(nothing.at("stop_reason")).isEqualTo(new JsonString("max_tokens"));
  }

  @Test
  void writesUntilTheContextIsFull() {
    String words = "a b c ".repeat(650);
    Reply reply =
        post(
            "\"max_tokens\": 100000, \"logit_bias\": {\"2\": -100, \"0\": -100},"
                + " \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]".formatted(words));
    assertThat(reply.at("stop_reason")).isEqualTo(new JsonString("model_context_window_exceeded"));
  }

  @Test
  void countsTheTokensThatTheMessageReports() {
    String tools =
        "\"tools\": [{\"name\": \"f\", \"description\": \"x\", \"input_schema\": {\"type\": \"object\"}}]";
    for (String members :
        List.of(
            "",
            "\"system\": \"Be kind.\"",
            tools,
            tools + ", \"tool_choice\": {\"type\": \"none\"}",
            "\"thinking\": {\"type\": \"disabled\"}",
            "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"},"
                + " {\"role\": \"assistant\", \"content\": \"Well\"}]")) {
      assertThat(counted(members)).as(members).isEqualTo(inputTokens(post(members)));
    }
    assertThat(counted(tools)).isGreaterThan(counted(""));
  }

  @Test
  void countsTokensWithoutALimit() {
    String request =
        "{\"model\": \"smollm2-135m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";
    assertThat(server.post(COUNT + "?beta=true", request).status()).isEqualTo(200);
  }

  @Test
  void reportsWhatTheCacheHad() {
    String members = "\"system\": \"%s\"".formatted("You answer questions briefly. ".repeat(20));
    Reply first = post(members);
    Reply second = post(members);
    assertThat(number(second, "usage.cache_read_input_tokens")).isPositive();
    assertThat(inputTokens(second)).isEqualTo(inputTokens(first));
  }

  @Test
  void takesInstructionsAsTextOrBlocks() {
    Reply text = post("\"system\": \"Answer in French.\"");
    Reply blocks =
        post(
            "\"system\": [{\"type\": \"text\", \"text\": \"Answer in \"},"
                + " {\"type\": \"text\", \"text\": \"French.\", \"cache_control\": {\"type\": \"ephemeral\"}}]");
    assertThat(text(blocks)).isEqualTo(text(text));
    assertThat(inputTokens(blocks)).isEqualTo(inputTokens(text));
  }

  @Test
  void takesInstructionsAnywhereAndSeveralMessagesOfOneRole() {
    Reply reply =
        post(
            "\"messages\": ["
                + "{\"role\": \"user\", \"content\": \"Hello\"},"
                + "{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"What is the capital of France?\"}]},"
                + "{\"role\": \"system\", \"content\": [{\"type\": \"text\", \"text\": \"Be brief.\"}]}]");
    assertThat(text(reply)).isNotEmpty();
  }

  @Test
  void goesOnWithTheAssistantsWords() {
    String question = "{\"role\": \"user\", \"content\": \"What is the capital of France?\"}";
    for (String begun :
        List.of(
            "{\"role\": \"assistant\", \"content\": \"The capital of France is\"}",
            "{\"role\": \"assistant\", \"content\": \"The capital\"},"
                + "{\"role\": \"assistant\", \"content\": \" of France is\"}")) {
      assertThat(text(post("\"messages\": [%s, %s]".formatted(question, begun))))
          .isEqualTo(" Paris.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"enabled\", \"budget_tokens\": 1024}",
        "{\"type\": \"adaptive\", \"display\": \"omitted\"}",
        "{\"type\": \"between_tools\"}",
        "{\"type\": \"disabled\"}",
      })
  void doesNotFailWhereTheModelCannotThink(String thinking) {
    assertThat(text(post("\"thinking\": " + thinking))).isEqualTo(text(post("")));
  }

  @Test
  void takesReplayedThinking() {
    Reply reply =
        post(
            "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"},"
                + "{\"role\": \"assistant\", \"content\": ["
                + "{\"type\": \"thinking\", \"thinking\": \"A greeting.\", \"signature\": \"c29tZQ==\"},"
                + "{\"type\": \"redacted_thinking\", \"data\": \"eHh4\"},"
                + "{\"type\": \"text\", \"text\": \"Hello!\"}]},"
                + "{\"role\": \"user\", \"content\": \"What is the capital of France?\"}]");
    assertThat(text(reply)).isNotEmpty();
  }

  @Test
  void keepsToASchema() {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"capital\": {\"enum\": [\"Lima\"]}},"
            + " \"required\": [\"capital\"], \"additionalProperties\": false}";
    for (String members :
        List.of(
            "\"output_config\": {\"format\": {\"type\": \"json_schema\", \"schema\": %s}}",
            "\"output_format\": {\"type\": \"json_schema\", \"schema\": %s}")) {
      Reply reply = post("\"max_tokens\": 60, " + members.formatted(schema));
      assertThat(text(reply).replaceAll("\\s", "")).isEqualTo("{\"capital\":\"Lima\"}");
      assertThat(reply.at("stop_reason")).isEqualTo(new JsonString("end_turn"));
    }
  }

  @Test
  void ignoresWhatItDoesNotKnow() {
    Reply reply =
        server.post(
            PATH + "?beta=true",
            ask(
                "\"metadata\": {\"user_id\": \"u\"}, \"service_tier\": \"auto\", \"container\": null,"
                    + " \"context_management\": {\"edits\": []}, \"cache_control\": {\"type\": \"ephemeral\"},"
                    + " \"something_new\": {\"a\": [1]}, \"stop_sequences\": null, \"thinking\": null"),
            "anthropic-beta",
            "something-new-2027-01-01",
            "anthropic-version",
            "2026-10-21");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(text(reply)).isEqualTo(text(post("")));
  }
}
