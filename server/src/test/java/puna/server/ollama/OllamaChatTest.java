package puna.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static puna.server.ollama.OllamaClient.WEATHER;
import static puna.server.ollama.OllamaClient.lines;
import static puna.server.ollama.OllamaClient.requireError;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.LlamaOptions;
import puna.json.Json;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class OllamaChatTest {
  private static TestServer server;
  private static OllamaClient client;

  @BeforeAll
  static void start() {
    server = new TestServer();
    client = new OllamaClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static long number(JsonObject object, String name) {
    return ((JsonNumber) TestServer.at(object, name)).asLong();
  }

  private static String content(JsonObject line) {
    return TestServer.text(line, "message.content");
  }

  @Test
  void answersWithCountsAndDurations() {
    JsonObject answer = client.chat("").json();
    assertThat(content(answer)).contains("Paris");
    assertThat(TestServer.text(answer, "message.role")).isEqualTo("assistant");
    assertThat(((JsonObject) TestServer.at(answer, "message")).members())
        .containsOnlyKeys("role", "content"); // no calls: no key
    assertThat(TestServer.at(answer, "done")).isEqualTo(JsonBoolean.TRUE);
    assertThat(TestServer.text(answer, "done_reason")).isEqualTo("stop");
    assertThat(Instant.parse(TestServer.text(answer, "created_at"))).isBefore(Instant.now());
    assertThat(number(answer, "prompt_eval_count")).isPositive();
    assertThat(number(answer, "eval_count")).isPositive();
    assertThat(number(answer, "eval_duration")).isPositive();
    assertThat(number(answer, "total_duration"))
        .isGreaterThanOrEqualTo(
            number(answer, "load_duration")
                + number(answer, "prompt_eval_duration")
                + number(answer, "eval_duration"));
  }

  @Test
  void streamsLinesUnlessItIsToldNotTo() {
    String whole = content(client.chat("").json());
    List<JsonObject> lines = lines(client.chat("\"stream\": null"));
    StringBuilder text = new StringBuilder();
    for (JsonObject line : lines.subList(0, lines.size() - 1)) {
      assertThat(line.members()).containsOnlyKeys("model", "created_at", "message", "done");
      assertThat(line.get("done")).hasValue(JsonBoolean.FALSE);
      text.append(content(line));
    }
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(lines.getLast().members())
        .containsEntry("done", JsonBoolean.TRUE)
        .containsEntry("done_reason", new JsonString("stop"))
        .containsKeys("total_duration", "prompt_eval_count", "eval_count", "eval_duration");
  }

  @Test
  void saysThatAnAnswerWasCut() {
    JsonObject answer = client.chat("\"options\": {\"temperature\": 0, \"num_predict\": 2}").json();
    assertThat(TestServer.text(answer, "done_reason")).isEqualTo("length");
    assertThat(number(answer, "eval_count")).isEqualTo(2);
  }

  @Test
  void generatesTheSameTextAsAChatOfThatMessage() {
    assertThat(TestServer.text(client.generate("").json(), "response"))
        .isEqualTo(content(client.chat("").json()));
    JsonObject raw = client.generate("\"raw\": true").json();
    assertThat(number(raw, "prompt_eval_count"))
        .isLessThan(number(client.generate("").json(), "prompt_eval_count"));
  }

  @Test
  void tellsLogProbabilitiesOfEachPiece() {
    String options = "\"logprobs\": true, \"top_logprobs\": 2";
    JsonObject whole = client.chat(options).json();
    assertThat(TestServer.text(whole, "logprobs[0].token")).isEqualTo("The");
    assertThat(TestServer.at(whole, "logprobs[0].top_logprobs[1].logprob"))
        .isInstanceOf(JsonNumber.class);
    List<JsonObject> lines = lines(client.chat("\"stream\": true, " + options));
    assertThat(TestServer.text(lines.getFirst(), "logprobs[0].token")).isEqualTo("The");
  }

  @Test
  void keepsToAForm() {
    String schema =
        """
        "format": {"type": "object", "properties": {"capital": {"enum": ["Lima"]}},
                   "required": ["capital"], "additionalProperties": false},
        "options": {"temperature": 0, "num_predict": 100}\
        """;
    assertThat(Json.parse(content(client.chat(schema).json()), "content"))
        .isEqualTo(Json.parse("{\"capital\": \"Lima\"}", "expected"));
    assertThat(Json.parse(TestServer.text(client.generate(schema).json(), "response"), "response"))
        .isEqualTo(Json.parse("{\"capital\": \"Lima\"}", "expected"));
    assertThat(content(client.chat("\"format\": \"json\"").json()).strip()).startsWith("{");
    assertThat(content(client.chat("\"format\": \"\"").json())).contains("Paris");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"city\": \"Lima\"}", "\"{\\\"city\\\": \\\"Lima\\\"}\"", "null"})
  void takesCallsAndResultsAsClientsReplayThem(String arguments) {
    Reply reply =
        client.chat(
            """
            "tools": [%s], "messages": [
              {"role": "User", "content": "The weather in Lima?"},
              {"role": "assistant", "tool_calls": [
                {"function": {"name": "get_weather", "arguments": %s}},
                {"function": {"name": "get_weather", "arguments": %2$s}}]},
              {"role": "tool", "content": "18 degrees"},
              {"role": "tool", "content": "19 degrees"}]\
            """
                .formatted(WEATHER, arguments));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @Test
  void leavesOldMessagesOutUnlessItIsToldNotTo() {
    String words = "llama house river stone ".repeat(400);
    String messages =
        """
        "messages": [{"role": "system", "content": "Be brief."},
          {"role": "user", "content": "%s"}, {"role": "assistant", "content": "Yes."},
          {"role": "user", "content": "%1$s"}, {"role": "assistant", "content": "Yes."},
          {"role": "user", "content": "What is the capital of France?"}]\
        """
            .formatted(words);
    assertThat(content(client.chat(messages).json())).isNotEmpty();
    requireError(client.chat("\"truncate\": false, " + messages), 400, "context");
  }

  @Test
  void loadsAndUnloadsWhereThereIsNothingToAnswer() {
    JsonObject loaded = client.chat("\"messages\": [], \"stream\": true").json();
    assertThat(TestServer.text(loaded, "done_reason")).isEqualTo("load");
    assertThat(content(loaded)).isEmpty();
    assertThat(server.get("/api/ps").at("models[0].name"))
        .isEqualTo(new JsonString("smollm2-135m:latest"));
    JsonObject unloaded = client.generate("\"prompt\": \"\", \"keep_alive\": 0").json();
    assertThat(TestServer.text(unloaded, "done_reason")).isEqualTo("unload");
    assertThat(unloaded.get("response")).hasValue(new JsonString(""));
    assertThat(server.get("/api/ps").text()).isEqualTo("{\"models\":[]}");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"10m\"', 540, 660",
    "120, 60, 180",
    "'\"1h30m\"', 5300, 5500",
    "'\"1.5h\"', 5300, 5500",
    "'\"90s500ms\"', 60, 120",
    "-1, 86400, 9000000000",
    "'\"-1m\"', 86400, 9000000000",
    "1e300, 86400, 9000000000",
  })
  void keepsAModelAsLongAsItIsAsked(String keepAlive, long least, long most) {
    assertThat(client.generate("\"prompt\": \"\", \"keep_alive\": " + keepAlive).status())
        .isEqualTo(200);
    String expires = TestServer.text(server.get("/api/ps").json(), "models[0].expires_at");
    assertThat(Instant.parse(expires).getEpochSecond() - Instant.now().getEpochSecond())
        .isBetween(least, most);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"keep_alive\": \"30\" | missing unit in duration",
        "\"keep_alive\": \"soon\" | invalid duration",
        "\"keep_alive\": \"1d\" | invalid duration",
        "\"keep_alive\": true | keep_alive",
        "\"options\": {\"temperature\": \"hot\"} | option \"temperature\" must be of type float32",
        "\"options\": {\"seed\": \"x\"} | option \"seed\" must be of type integer",
        "\"options\": {\"use_mmap\": 1} | option \"use_mmap\" must be of type boolean",
        "\"options\": {\"stop\": 7} | option \"stop\" must be of type array",
        "\"options\": {\"stop\": [7]} | option \"stop\" must be of an array of strings",
        "\"options\": 7 | options: must be an object",
        "\"format\": \"xml\" | invalid format: \"xml\"",
        "\"format\": 7 | invalid format: 7",
        "\"format\": {\"type\": \"nonsense\"} | format",
        "\"think\": true | \"smollm2-135m\" does not support thinking",
        "\"think\": \"high\" | \"smollm2-135m\" does not support thinking",
        "\"think\": \"deeply\" | invalid think value: \"deeply\"",
        "\"stream\": \"yes\" | stream",
        "\"top_logprobs\": 21, \"logprobs\": true | top_logprobs",
        "\"model\": \"\" | model is required",
        "\"model\": 7 | model: must be a string",
      })
  void refusesWhatIsWrongInBothRoutes(String members, String text) {
    requireError(client.chat(members), 400, text);
    requireError(client.generate(members), 400, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"messages\": [{\"role\": \"wizard\", \"content\": \"x\"}] | messages[0].role",
        "\"messages\": [{\"content\": \"x\"}] | messages[0].role is missing",
        "\"messages\": [{\"role\": \"user\", \"content\": [1]}] | messages[0].content",
        "\"messages\": [{\"role\": \"user\", \"images\": [\"aGk=\"]}] | images",
        "\"messages\": 7 | messages: must be an array",
        "\"tools\": [{\"type\": \"browser\"}] | tools[0].type",
        "\"tools\": [{\"type\": \"function\"}] | tools[0].function is missing",
      })
  void refusesMessagesAndToolsThatAreWrong(String members, String text) {
    requireError(client.chat(members), 400, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"raw\": true, \"system\": \"x\" | raw mode does not support template, system, or context",
        "\"template\": \"{{ .Prompt }}\" | template is not supported",
        "\"context\": [1, 2] | context is not supported",
        "\"suffix\": \"}\" | \"smollm2-135m\" does not support insert",
        "\"images\": [\"aGk=\"] | images",
      })
  void refusesPromptsThatItCannotFollow(String members, String text) {
    requireError(client.generate(members), 400, text);
  }

  @Test
  void passesOptionsOverThatNobodyKnows() {
    JsonObject answer =
        client
            .chat(
                """
                "options": {"temperature": 0, "num_predict": 3.7, "mirostat": "x", "top_k": 20,
                  "top_p": 0, "min_p": 0.05, "typical_p": 0.7, "repeat_last_n": 33, "numa": true,
                  "repeat_penalty": 0, "presence_penalty": 1.5, "stop": "\\u0001", "seed": -1,
                  "num_ctx": null}\
                """)
            .json();
    assertThat(number(answer, "eval_count")).isEqualTo(3);
  }

  @Test
  void takesTheLastOfEqualKeysAsOllamaDoes() {
    assertThat(server.post("/api/show", "{\"model\": \"x\", \"model\": \"smollm2-135m\"}").status())
        .isEqualTo(200);
  }

  @Test
  void refusesBodiesThatAreNoRequest() {
    for (String path : List.of("/api/chat", "/api/generate", "/api/show", "/api/embed")) {
      requireError(server.post(path, ""), 400, "missing request body");
      requireError(server.post(path, "{\"model\":"), 400, "");
      requireError(server.post(path, "[]"), 400, "must be an object");
      requireError(server.post(path, "{}"), 400, "model is required");
      requireError(server.post(path, "{\"model\": \"no-such\"}"), 404, "model 'no-such' not found");
    }
  }

  @Test
  void saysThatItIsBusyInTheWordsThatClientsKnow() throws Exception {
    LlamaOptions narrow = LlamaOptions.defaults().withMaxConcurrent(1).withMaxWaiting(1);
    try (TestServer busy = new TestServer(ServerOptions.defaults(), narrow);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      OllamaClient crowd = new OllamaClient(busy);
      Callable<Reply> ask =
          () -> crowd.chat("\"options\": {\"temperature\": 0, \"num_predict\": 60}");
      List<Reply> refused = new ArrayList<>();
      for (Future<Reply> reply : threads.invokeAll(Collections.nCopies(12, ask))) {
        if (reply.get().status() != 200) {
          refused.add(reply.get());
        }
      }
      assertThat(refused).hasSizeBetween(1, 11);
      for (Reply reply : refused) {
        requireError(
            reply, 503, "server busy, please try again.  maximum pending requests exceeded");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
      }
    }
  }
}
