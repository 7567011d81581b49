package puna.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.LlamaOptions;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.TestServer;
import puna.server.TestServer.Reply;
import puna.server.keys.ApiKey;

@Timeout(600)
class MessageErrorsTest {
  private static final String PATH = "/v1/messages";
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
        {"model": "smollm2-135m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}\
        """,
        members);
  }

  private static void requireError(Reply reply, int status, String type) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.at("type")).isEqualTo(new JsonString("error"));
    assertThat(reply.at("error.type")).isEqualTo(new JsonString(type));
    assertThat(reply.at("request_id")).isEqualTo(new JsonString(reply.header("request-id")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model\": null | model",
        "\"max_tokens\": null | max_tokens",
        "\"max_tokens\": \"many\" | max_tokens",
        "\"max_tokens\": -1 | max_tokens",
        "\"temperature\": \"hot\" | temperature",
        "\"stream\": \"yes\" | stream",
        "\"stop_sequences\": [7] | stop_sequences.0",
        "\"messages\": null | messages",
        "\"messages\": [] | messages",
        "\"messages\": [7] | messages.0",
        "\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}] | messages.0.role",
        "\"messages\": [{\"role\": \"user\"}] | messages.0.content",
        "\"messages\": [{\"role\": \"user\", \"content\": 7}] | messages.0.content",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"}, {\"type\": \"text\", \"text\": 7}]}] | messages.0.content.1.text",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"a\"}]}] | messages.0.content.0.type",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"source\": {}}]}] | messages.0.content.0: images",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"tool_result\"}]}] | messages.0.content.0.tool_use_id",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"tool_result\", \"tool_use_id\": \"x\", \"content\": [{\"type\": \"image\"}]}]}] | messages.0.content.0.content.0",
        "\"messages\": [{\"role\": \"assistant\", \"content\": [{\"type\": \"tool_use\", \"id\": \"x\", \"name\": \"f\", \"input\": \"{}\"}]}] | messages.0.content.0.input",
        "\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}] | messages",
      })
  void beginWithThePathOfTheField(String members, String path) {
    Reply reply = server.post(PATH, ask(members));
    requireError(reply, 400, "invalid_request_error");
    assertThat(TestServer.text(reply.json(), "error.message")).startsWith(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"system\": 7 | system",
        "\"system\": [{\"type\": \"image\"}] | system.0",
        "\"tools\": [{\"type\": \"web_search_20250305\", \"name\": \"w\"}] | tools.0.type",
        "\"tools\": [{\"name\": \"f\", \"input_schema\": 7}] | tools.0.input_schema",
        "\"tools\": [{\"name\": \"f\"}, {\"name\": \"f\"}] | tools.1.name",
        "\"tools\": [{\"name\": \"f\"}], \"tool_choice\": {\"type\": \"tool\", \"name\": \"g\"} | tool_choice.name",
        "\"tools\": [{\"name\": \"f\"}], \"tool_choice\": {\"type\": \"often\"} | tool_choice.type",
        "\"tool_choice\": {\"type\": \"any\"} | tool_choice",
        "\"thinking\": {\"type\": \"hard\"} | thinking.type",
        "\"thinking\": {\"type\": \"enabled\", \"budget_tokens\": \"x\"} | thinking.budget_tokens",
        "\"output_config\": {\"format\": {\"type\": \"json_schema\"}} | output_config.format.schema",
        "\"output_config\": {\"format\": {\"type\": \"poem\"}} | output_config.format.type",
      })
  void doSoForFieldsBesideTheMessages(String members, String path) {
    beginWithThePathOfTheField(members, path);
  }

  @Test
  void areToldInTheirOwnShapeEverywhere() {
    requireError(server.post(PATH, "{\"model\": "), 400, "invalid_request_error");
    requireError(server.post(PATH, ""), 400, "invalid_request_error");
    requireError(server.post(PATH, ask("\"model\": \"no-such\"")), 404, "not_found_error");
    requireError(server.get(PATH), 405, "invalid_request_error");
    requireError(server.post(PATH + "/batches", "{}"), 404, "not_found_error");
  }

  @Test
  void namesTheRightPathWhereTheBaseHasOneTooMuch() {
    Reply reply = server.post("/v1/v1/messages", ask(""));
    requireError(reply, 404, "not_found_error");
    assertThat(TestServer.text(reply.json(), "error.message"))
        .contains("http://127.0.0.1:%s/v1/messages".formatted(server.port()));
  }

  @Test
  void dependOnTheClientWhereRoutesAreShared() {
    for (String header : List.of("anthropic-version", "x-api-key")) {
      requireError(server.get("/v1/models/no-such", header, "x"), 404, "not_found_error");
      requireError(server.get("/v1/nothing", header, "x"), 404, "not_found_error");
      assertThat(server.get("/v1/models", header, "x").at("data[0].type"))
          .isEqualTo(new JsonString("model"));
    }
    assertThat(server.get("/v1/models/no-such").at("error.code"))
        .isEqualTo(new JsonString("model_not_found"));
  }

  @Test
  void tellOfACallersOwnLimit() {
    ApiKey key = ApiKey.of("a", "secret");
    ApiKey once = new ApiKey("a", key.sha256(), OptionalInt.of(1), OptionalInt.empty());
    try (TestServer limited = new TestServer(ServerOptions.defaults().withKeys(List.of(once)))) {
      assertThat(limited.post(PATH, ask(""), "x-api-key", "secret").status()).isEqualTo(200);
      Reply reply = limited.post(PATH, ask(""), "x-api-key", "secret");
      requireError(reply, 429, "rate_limit_error");
      assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
    }
  }

  @Test
  void tellOfAFullQueueAndWhenToComeBack() throws Exception {
    LlamaOptions engine = LlamaOptions.defaults().withMaxConcurrent(1).withMaxWaiting(1);
    String request =
        ask(
            "\"max_tokens\": 60, \"messages\": [{\"role\": \"user\", \"content\": \"Tell a story.\"}]");
    try (TestServer small = new TestServer(ServerOptions.defaults(), engine);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(small.post(PATH, ask("")).status()).isEqualTo(200); // the model is loaded
      List<Future<Reply>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        calls.add(callers.submit(() -> small.post(PATH, request)));
      }
      int refused = 0;
      for (Future<Reply> call : calls) {
        Reply reply = call.get();
        if (reply.status() != 200) {
          requireError(reply, 529, "overloaded_error");
          assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
          refused++;
        }
      }
      assertThat(refused).isBetween(1, 11);
    }
  }

  @Test
  void askForAKeyInEitherHeader() {
    ServerOptions options = ServerOptions.defaults().withKeys(List.of(ApiKey.of("a", "secret")));
    try (TestServer closed = new TestServer(options)) {
      requireError(closed.post(PATH, ask("")), 401, "authentication_error");
      requireError(closed.post(PATH, ask(""), "x-api-key", "wrong"), 401, "authentication_error");
      assertThat(closed.post(PATH, ask(""), "x-api-key", "secret").status()).isEqualTo(200);
      assertThat(
              closed
                  .post(PATH, ask(""), "Authorization", "Bearer secret", "x-api-key", "dummy")
                  .status())
          .isEqualTo(200);
    }
  }
}
