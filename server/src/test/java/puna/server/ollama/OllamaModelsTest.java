package puna.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static puna.server.ollama.OllamaClient.lines;
import static puna.server.ollama.OllamaClient.requireError;

import java.net.http.HttpRequest;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.LlamaOptions;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.TestServer;
import puna.server.TestServer.Reply;
import puna.server.models.Models;
import puna.server.models.ServedModel;

@Timeout(600)
class OllamaModelsTest {
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

  private static Reply delete(String body) {
    return server.send(
        server
            .request("/api/delete")
            .method("DELETE", HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static List<Double> vector(Reply reply, String path) {
    return ((JsonArray) reply.at(path))
        .elements().stream().map(number -> ((JsonNumber) number).asDouble()).toList();
  }

  @Test
  void saysThatItIsThere() {
    assertThat(server.get("/").text()).isEqualTo("Ollama is running");
    assertThat(server.get("/api/version").at("version")).asString().contains("0.");
    for (String path : List.of("/", "/api/version", "/api/tags")) {
      HttpRequest head =
          server.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
      assertThat(server.send(head).status()).isEqualTo(200);
    }
  }

  @Test
  void listsModelsWithTheirTags() {
    JsonObject model = (JsonObject) server.get("/api/tags").at("models[0]");
    assertThat(TestServer.text(model, "name")).isEqualTo("smollm2-135m:latest");
    assertThat(TestServer.text(model, "model")).isEqualTo("smollm2-135m:latest");
    assertThat(TestServer.text(model, "digest")).matches("[0-9a-f]{64}");
    assertThat(OffsetDateTime.parse(TestServer.text(model, "modified_at"))).isNotNull();
    assertThat(((JsonNumber) TestServer.at(model, "size")).asLong()).isGreaterThan(90_000_000);
    assertThat(TestServer.text(model, "details.parameter_size")).isEqualTo("134.52M");
    assertThat(TestServer.text(model, "details.quantization_level")).isEqualTo("Q4_1");
    assertThat(TestServer.text(model, "details.families[0]")).isEqualTo("llama");
    assertThat(server.get("/api/tags").at("models[0].digest"))
        .isEqualTo(model.get("digest").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "name"})
  void showsAModel(String field) {
    Reply show = server.post("/api/show", "{\"%s\": \"smollm2-135m\"}".formatted(field));
    assertThat(show.at("capabilities"))
        .isEqualTo(new JsonArray(List.of(new JsonString("completion"))));
    JsonObject info = (JsonObject) show.at("model_info");
    assertThat(info.members())
        .containsEntry("general.architecture", new JsonString("llama"))
        .containsEntry("general.parameter_count", JsonNumber.of(134_515_008))
        .containsEntry("llama.context_length", JsonNumber.of(8192))
        .containsKeys("general.basename", "llama.embedding_length");
    assertThat(TestServer.text(show.json(), "template")).contains("<|im_start|>");
    assertThat(TestServer.text(show.json(), "parameters").lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("\\S+\\s+(\".*\"|\\S+)"));
    assertThat(show.json().members()).containsKeys("details", "license", "modelfile");
    assertThat(OffsetDateTime.parse(TestServer.text(show.json(), "modified_at"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm2-135m", "smollm2-135m:latest", "SmolLM2-135M"})
  void findsAModelByEachOfItsNamesAndEchoesThem(String name) {
    Reply reply = client.chat("\"messages\": [], \"model\": \"%s\"".formatted(name));
    assertThat(reply.at("model")).isEqualTo(new JsonString(name));
  }

  @Test
  void copiesANameAndForgetsItAgain() {
    assertThat(
            server
                .post(
                    "/api/copy",
                    "{\"source\": \"smollm2-135m\", \"destination\": \"my/copy:latest\"}")
                .status())
        .isEqualTo(200);
    assertThat(server.get("/api/tags").at("models[1].name"))
        .isEqualTo(new JsonString("my/copy:latest"));
    requireError(
        server.post("/api/copy", "{\"source\": \"smollm2-135m\", \"destination\": \"MY/copy\"}"),
        400,
        "destination \"MY/copy\" is a model already");
    client.chat("\"messages\": [], \"model\": \"my/copy\"");
    assertThat(((JsonArray) server.get("/api/ps").at("models")).elements())
        .extracting(model -> TestServer.text(model, "name"))
        .containsExactlyInAnyOrder("smollm2-135m:latest", "my/copy:latest");
    assertThat(delete("{\"model\": \"my/copy\"}").status()).isEqualTo(200);
    requireError(delete("{\"name\": \"my/copy\"}"), 404, "model 'my/copy' not found");
    assertThat(((JsonArray) server.get("/api/tags").at("models")).elements()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "no-such, x, 404, not found",
    "smollm2-135m, a b, 400, is invalid",
    "smollm2-135m, name.space/model, 400, is invalid"
  })
  void refusesCopiesThatCannotBe(String source, String destination, int status, String text) {
    requireError(
        server.post(
            "/api/copy",
            "{\"source\": \"%s\", \"destination\": \"%s\"}".formatted(source, destination)),
        status,
        text);
  }

  @Test
  void refusesACopyByTheAliasOfAnotherButNotByOneForAnyText() {
    ServedModel model =
        TestServer.model(LlamaOptions.defaults()).withAlias("other").withAlias("any-*");
    Models models = new Models(List.of(model), Models.Settings.defaults());
    try (TestServer own = new TestServer(models, ServerOptions.defaults())) {
      requireError(
          own.post(
              "/api/copy", "{\"source\": \"smollm2-135m\", \"destination\": \"Other:latest\"}"),
          400,
          "destination \"Other:latest\" is a model already");
      assertThat(
              own.post("/api/copy", "{\"source\": \"smollm2-135m\", \"destination\": \"any-x\"}")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void pullsWhatIsThereAndSaysWhatIsNot() {
    List<JsonObject> lines = lines(server.post("/api/pull", "{\"model\": \"smollm2-135m\"}"));
    assertThat(lines.getLast().get("status")).hasValue(new JsonString("success"));
    List<JsonObject> missing = lines(server.post("/api/pull", "{\"model\": \"no-such\"}"));
    assertThat(missing.getLast().get("error")).isPresent();
    assertThat(
            server
                .post("/api/pull", "{\"model\": \"smollm2-135m\", \"stream\": false}")
                .at("status"))
        .isEqualTo(new JsonString("success"));
    requireError(
        server.post("/api/pull", "{\"model\": \"no-such\", \"stream\": false}"), 404, "no-such");
  }

  @Test
  void embedsTextsInTheirOrder() {
    Reply one = server.post("/api/embed", "{\"model\": \"smollm2-135m\", \"input\": \"llama\"}");
    Reply two =
        server.post(
            "/api/embed", "{\"model\": \"smollm2-135m\", \"input\": [\"alpaca\", \"llama\"]}");
    List<Double> vector = vector(one, "embeddings[0]");
    assertThat(vector.stream().mapToDouble(x -> x * x).sum()).isBetween(0.999, 1.001);
    assertThat(vector(two, "embeddings[1]")).isEqualTo(vector);
    assertThat(one.json().members())
        .containsKeys("model", "total_duration", "load_duration", "prompt_eval_count");
    Reply cut =
        server.post(
            "/api/embed", "{\"model\": \"smollm2-135m\", \"input\": \"llama\", \"dimensions\": 8}");
    assertThat(vector(cut, "embeddings[0]")).hasSize(8);
    assertThat(vector(cut, "embeddings[0]").stream().mapToDouble(x -> x * x).sum())
        .isBetween(0.999, 1.001);
    Reply old =
        server.post("/api/embeddings", "{\"model\": \"smollm2-135m\", \"prompt\": \"llama\"}");
    assertThat(vector(old, "embedding")).hasSameSizeAs(vector);
  }

  @Test
  void embedsNothingAsNothing() {
    for (String input : List.of("\"\"", "[]")) {
      Reply reply =
          server.post(
              "/api/embed", "{\"model\": \"smollm2-135m\", \"input\": %s}".formatted(input));
      assertThat(reply.at("embeddings")).isEqualTo(new JsonArray(List.of()));
    }
    assertThat(server.post("/api/embeddings", "{\"model\": \"smollm2-135m\"}").at("embedding"))
        .isEqualTo(new JsonArray(List.of()));
  }

  @Test
  void refusesTextsThatItCannotEmbed() {
    requireError(
        server.post("/api/embed", "{\"model\": \"smollm2-135m\", \"input\": [7]}"),
        400,
        "invalid input type");
    requireError(
        server.post("/api/embeddings", "{\"model\": \"no-such\", \"prompt\": \"x\"}"),
        404,
        "model \"no-such\" not found, try pulling it first");
    String text = "llama house river stone ".repeat(800);
    String body = "{\"model\": \"smollm2-135m\", \"input\": \"%s\", \"truncate\": %s}";
    requireError(
        server.post("/api/embed", body.formatted(text, "false")),
        400,
        "the input length exceeds the context length");
    assertThat(server.post("/api/embed", body.formatted(text, "true")).status()).isEqualTo(200);
  }

  @Test
  void saysClearlyWhatItDoesNotDo() {
    requireError(server.post("/api/create", "{}"), 501, "is not supported by this server");
    requireError(server.post("/api/push", "{}"), 501, "is not supported by this server");
    requireError(server.post("/api/blobs/sha256:00", "x"), 501, "is not supported");
    requireError(server.get("/api/blobs/sha256:00"), 404, "not found");
    requireError(server.post("/api/me", "{}"), 404, "/api/me");
    requireError(server.get("/api/v1/api/tags"), 404, "");
    requireError(server.get("/api/chat"), 405, "POST");
  }

  @Test
  void asksForKeysInOneWord() {
    try (TestServer guarded =
        new TestServer(
            ServerOptions.defaults().withKeys(List.of(puna.server.keys.ApiKey.of("test", "k1"))))) {
      requireError(guarded.get("/api/tags"), 401, "unauthorized");
      assertThat(guarded.get("/api/tags", "Authorization", "Bearer k1").status()).isEqualTo(200);
      assertThat(guarded.get("/").status()).isEqualTo(200);
      assertThat(guarded.get("/api/version").status()).isEqualTo(200);
    }
  }
}
