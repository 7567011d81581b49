package puna.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.LibraryModel;
import puna.ModelLibrary;
import puna.ModelSource;
import puna.json.Json;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class OllamaPullTest {
  private static final String ENDPOINT = "puna.hub.endpoint";
  private static final String NAME = "hf.co/u/whole:Q8_0";
  private static final String ENDLESS = "hf.co/u/endless:Q8_0";
  private static final ServerOptions ALLOWED =
      ServerOptions.defaults().withPulls(ServerOptions.Pulls.ALLOWED);

  private static final String OFFLINE = "puna.offline";

  private static SmallHub hub;
  private static String offline = "";

  @BeforeAll
  static void start() {
    try (TestServer server = new TestServer()) {
      assertThat(server.post("/api/generate", "{\"model\": \"smollm2-135m\"}").status())
          .isEqualTo(200); // which places its file
    }
    Path file =
        ModelSource.known().stream()
            .flatMap(model -> model.cached().stream())
            .findFirst()
            .orElseThrow();
    hub = new SmallHub(file);
    System.setProperty(ENDPOINT, hub.endpoint());
    offline = System.getProperty(OFFLINE, "0");
    System.setProperty(OFFLINE, "0"); // the hub is on this machine
    forget();
  }

  @AfterAll
  static void stop() {
    forget();
    System.clearProperty(ENDPOINT);
    System.setProperty(OFFLINE, offline);
    hub.close();
  }

  private static void forget() {
    ModelLibrary library = ModelLibrary.standard();
    for (LibraryModel model : library.list()) {
      if (model.reference().startsWith("hf.co/u/")) {
        library.remove(model.reference());
      }
    }
  }

  private static List<JsonObject> lines(Reply reply) {
    return reply.text().lines().map(line -> (JsonObject) Json.parse(line, "a line")).toList();
  }

  private static List<String> tags(TestServer server) {
    return ((JsonArray) server.get("/api/tags").at("models"))
        .elements().stream().map(model -> TestServer.text(model, "name")).toList();
  }

  private static Reply delete(TestServer server, String name) {
    return server.send(
        server
            .request("/api/delete")
            .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"model\": \"" + name + "\"}"))
            .build());
  }

  private static String body(String name, String more) {
    return "{\"model\": \"" + name + "\"" + more + "}";
  }

  @Test
  void pullsListsLoadsAndDeletesAModel() {
    try (TestServer server = new TestServer(ALLOWED)) {
      Reply pulled = server.post("/api/pull", body("huggingface.co/u/whole:Q8_0", ""));
      requireSteps(lines(pulled));
      assertThat(tags(server)).contains(NAME);
      Reply answer =
          server.post(
              "/api/chat",
              body(
                  NAME,
                  ", \"stream\": false, \"options\": {\"num_predict\": 3}, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("\"model\":\"" + NAME + "\"");
    }
    try (TestServer another = new TestServer(ALLOWED)) {
      assertThat(tags(another)).contains(NAME);
      assertThat(another.post("/api/pull", body(NAME, ", \"stream\": false")).at("status"))
          .isEqualTo(new JsonString("success"));
      String copy = "{\"source\": \"%s\", \"destination\": \"mine\"}".formatted(NAME);
      assertThat(another.post("/api/copy", copy).status()).isEqualTo(200);
      assertThat(delete(another, "hf.co/U/Whole:q8_0").status()).isEqualTo(200);
      assertThat(tags(another)).doesNotContain(NAME).contains("mine:latest");
      assertThat(another.post("/api/generate", body("mine", "")).status()).isEqualTo(200);
      assertThat(delete(another, "mine").status()).isEqualTo(200);
      assertThat(ModelLibrary.standard().list()).noneMatch(model -> model.reference().equals(NAME));
      assertThat(delete(another, NAME).status()).isEqualTo(404);
    }
  }

  private static void requireSteps(List<JsonObject> lines) {
    assertThat(lines.toString()).doesNotContain("\"error\"");
    List<String> steps = lines.stream().map(line -> TestServer.text(line, "status")).toList();
    assertThat(steps).startsWith("pulling manifest");
    assertThat(steps).endsWith("verifying sha256 digest", "writing manifest", "success");
    List<JsonObject> files = lines.stream().filter(line -> line.get("digest").isPresent()).toList();
    assertThat(files).isNotEmpty();
    List<Double> completed =
        files.stream()
            .map(line -> ((JsonNumber) line.get("completed").orElseThrow()).asDouble())
            .toList();
    assertThat(completed).isSorted();
    JsonObject last = files.getLast();
    assertThat(last.get("completed")).isEqualTo(last.get("total"));
    String digest = TestServer.text(last, "digest");
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    assertThat(TestServer.text(last, "status")).isEqualTo("pulling " + digest.substring(7, 19));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/m.gguf",
        "https://example.org/m.gguf",
        "https://huggingface.co/u/whole",
        "../../etc/passwd",
        "/etc/passwd",
        "ollama:llama3.2",
        "llama3.2"
      })
  void connectsToTheHubAlone(String name) {
    int before = hub.requests.get();
    try (TestServer server = new TestServer(ALLOWED)) {
      Reply refused = server.post("/api/pull", body(name, ", \"stream\": false"));
      assertThat(refused.status()).as(refused.text()).isEqualTo(404);
      assertThat(TestServer.text(refused.json(), "error")).contains(name, "hf.co/USER/REPOSITORY");
    }
    assertThat(hub.requests).hasValue(before);
  }

  @Test
  void saysWhatTheHubDoesNotHave() {
    try (TestServer server = new TestServer(ALLOWED)) {
      Reply refused = server.post("/api/pull", body("hf.co/v/none", ", \"stream\": false"));
      assertThat(refused.status()).as(refused.text()).isEqualTo(404);
      List<JsonObject> lines = lines(server.post("/api/pull", body("hf.co/v/none", "")));
      assertThat(lines.getFirst().get("status")).hasValue(new JsonString("pulling manifest"));
      assertThat(TestServer.text(lines.getLast(), "error")).contains("v/none");
      assertThat(tags(server)).doesNotContain("hf.co/v/none:latest");
    }
  }

  @Test
  void pullsNothingUnlessItWasStartedTo() {
    int before = hub.requests.get();
    try (TestServer server = new TestServer()) {
      Reply refused = server.post("/api/pull", body(NAME, ", \"stream\": false"));
      assertThat(refused.status()).as(refused.text()).isEqualTo(404);
      assertThat(TestServer.text(refused.json(), "error")).contains("this server pulls no models");
      assertThat(tags(server)).containsExactly("smollm2-135m:latest");
    }
    assertThat(hub.requests).hasValue(before);
  }

  @Test
  void aClientThatLeavesCancelsItsPull() throws Exception {
    try (TestServer server = new TestServer(ALLOWED)) {
      byte[] body = body(ENDLESS, "").getBytes(StandardCharsets.UTF_8);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        OutputStream out = socket.getOutputStream();
        out.write(
            "POST /api/pull HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n"
                .formatted(body.length)
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
        assertThat(hub.begun.await(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(hub.left.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(tags(server)).doesNotContain(ENDLESS);
      assertThat(delete(server, ENDLESS).status()).isEqualTo(200); // what has come of it
    }
  }
}
