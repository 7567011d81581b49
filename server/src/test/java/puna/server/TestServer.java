package puna.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import puna.BatchInvariance;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// A server with the embedded model, and a client for it.
public final class TestServer implements AutoCloseable {
  /// The model's name.
  public static final String MODEL = "smollm2-135m";

  private final Models models;
  private final PunaServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  /// An answer of the server.
  public record Reply(int status, HttpResponse<String> response) {
    /// Its body as JSON.
    public JsonObject json() {
      return (JsonObject) Json.parse(response.body(), "the reply");
    }

    /// Its body.
    public String text() {
      return response.body();
    }

    /// A header.
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /// What lies at a path such as `choices[0].message.content`.
    public JsonValue at(String path) {
      return TestServer.at(json(), path);
    }

    /// The data of all server-sent events, in order.
    public List<String> events() {
      List<String> data = new ArrayList<>();
      for (String line : text().split("\n")) {
        if (line.startsWith("data: ")) {
          data.add(line.substring(6));
        }
      }
      return data;
    }
  }

  public TestServer() {
    this(ServerOptions.defaults());
  }

  public TestServer(ServerOptions options) {
    this(options, LlamaOptions.defaults());
  }

  public TestServer(ServerOptions options, LlamaOptions engine) {
    this(new Models(List.of(model(engine)), Models.Settings.defaults()), options);
  }

  /// @param models closed with the server
  public TestServer(Models models, ServerOptions options) {
    this.models = models;
    try {
      server = PunaServer.start(models, options.withPort(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The embedded model as tests serve it.
  public static ServedModel model(LlamaOptions engine) {
    LlamaOptions same = engine.withContextLength(2048).withBatchInvariance(BatchInvariance.ON);
    return ServedModel.of(MODEL, ModelSource.named(MODEL), same);
  }

  /// The model under a name, with a short context.
  static Models models(String name, int context) {
    return new Models(
        List.of(
            ServedModel.of(
                name,
                ModelSource.named(MODEL),
                LlamaOptions.defaults().withContextLength(context))),
        Models.Settings.defaults());
  }

  public int port() {
    return server.port();
  }

  public Models models() {
    return models;
  }

  public Reply get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  public Reply delete(String path, String... headers) {
    return send(request(path, headers).DELETE().build());
  }

  public Reply post(String path, String body, String... headers) {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  public HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofMinutes(5));
    return headers.length == 0 ? request : request.headers(headers);
  }

  public Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What comes back for bytes that no client library would send.
  ///
  /// @param request a character for each byte; the server must close the connection after it
  public String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Asks for a stream, and returns when the first of it has come.
  public CompletableFuture<Reply> begin(String path, String body) {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Reply> whole =
        client
            .sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                _ -> {
                  begun.complete(null);
                  return HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
                })
            .thenApply(response -> new Reply(response.statusCode(), response));
    CompletableFuture.anyOf(begun, whole).join();
    return whole;
  }

  /// Requests that are being answered.
  int inside() {
    return server.doorway().inside();
  }

  /// Whether its stop has begun.
  boolean isStopping() {
    return server.doorway().isClosed();
  }

  /// What lies at a path such as `choices[0].message.content`.
  public static JsonValue at(JsonValue value, String path) {
    JsonValue at = value;
    for (String step : path.replace("[", ".").replace("]", "").split("\\.")) {
      at = step(at, step);
    }
    return at;
  }

  private static JsonValue step(JsonValue value, String step) {
    return switch (value) {
      case JsonArray(List<JsonValue> elements) -> elements.get(Integer.parseInt(step));
      case JsonObject object -> object.get(step).orElseThrow();
      default -> throw new IllegalArgumentException("nothing at " + step);
    };
  }

  /// An object in which the members of another one come instead of those of the same names.
  public static String with(String object, String members) {
    Map<String, JsonValue> all =
        new LinkedHashMap<>(((JsonObject) Json.parse(object, "object")).members());
    all.putAll(((JsonObject) Json.parse("{" + members + "}", "members")).members());
    return Json.write(new JsonObject(all));
  }

  /// The string that lies at a path.
  public static String text(JsonValue value, String path) {
    return ((JsonString) at(value, path)).value();
  }

  /// Stops the server, while the client goes on.
  public void stop() {
    server.close();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    models.close();
  }
}
