package puna.acceptance.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.PunaHandler;
import puna.server.ServerOptions;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// Puna's own routes but one: what a model answers is written by the test.
final class ScriptedServer implements AutoCloseable {
  private static final String CHAT = "/v1/chat/completions";

  private final Models models =
      new Models(
          List.of(
              ServedModel.of(
                  "smollm2-135m", ModelSource.named("smollm2-135m"), LlamaOptions.defaults())),
          Models.Settings.defaults());
  private final PunaHandler handler = new PunaHandler(models, ServerOptions.defaults());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Script> scripts = new ArrayDeque<>();
  private final List<JsonObject> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer web;
  private final int port;

  /// What is answered to one request.
  interface Script {
    /// Answers it.
    void play(HttpExchange exchange) throws IOException;
  }

  ScriptedServer() {
    web = listen(0);
    port = web.getAddress().getPort();
  }

  private HttpServer listen(int at) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
      server.createContext("/", this::handle);
      server.setExecutor(threads);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "http://127.0.0.1:%s/".formatted(port);
  }

  /// The bodies of all requests for an answer.
  List<JsonObject> asked() {
    return List.copyOf(asked);
  }

  JsonObject lastAsked() {
    return asked.getLast();
  }

  /// The next requests are answered so, one after the other.
  void next(Script... more) {
    synchronized (scripts) {
      scripts.addAll(List.of(more));
    }
  }

  /// Nothing listens any more.
  void go() {
    web.stop(0);
  }

  /// It listens again, where it did.
  void comeBack() {
    web = listen(port);
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(CHAT)) {
      handler.handle(new JdkExchange(exchange));
      return;
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    asked.add((JsonObject) Json.parse(new String(body, StandardCharsets.UTF_8), "request"));
    Script script;
    synchronized (scripts) {
      script = scripts.isEmpty() ? text("Nothing was written for this.") : scripts.poll();
    }
    try (exchange) {
      script.play(exchange);
    }
  }

  /// A stream of events, ended as it should be.
  static Script events(List<String> deltas, String finish) {
    return exchange -> {
      OutputStream out = open(exchange);
      for (String delta : deltas) {
        event(out, "{\"choices\": [{\"index\": 0, \"delta\": %s}]}".formatted(delta));
      }
      end(out, finish);
    };
  }

  /// That text, in these pieces.
  static Script text(String... pieces) {
    List<String> deltas = new ArrayList<>();
    for (String piece : pieces) {
      deltas.add(content(piece));
    }
    return events(deltas, "stop");
  }

  /// That text, each piece when it is let go.
  static Script held(Semaphore steps, String... pieces) {
    return exchange -> {
      OutputStream out = open(exchange);
      for (String piece : pieces) {
        steps.acquireUninterruptibly();
        event(out, "{\"choices\": [{\"index\": 0, \"delta\": %s}]}".formatted(content(piece)));
      }
      end(out, "stop");
    };
  }

  /// That text, once it is let go: until then 1,200 of 3,000 tokens of the prompt are read.
  static Script reading(Semaphore step, String text) {
    return exchange -> {
      OutputStream out = open(exchange);
      event(
          out,
          "{\"choices\": [{\"index\": 0, \"delta\": {}}], \"prompt_progress\": {\"total\": 3000,"
              + " \"cache\": 0, \"processed\": 1200, \"time_ms\": 900}}");
      step.acquireUninterruptibly();
      event(out, "{\"choices\": [{\"index\": 0, \"delta\": %s}]}".formatted(content(text)));
      end(out, "stop");
    };
  }

  /// A refusal.
  static Script refusal(int status, String body, String... header) {
    return exchange -> {
      if (header.length == 2) {
        exchange.getResponseHeaders().add(header[0], header[1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /// Text that breaks off.
  static Script broken(String text) {
    return exchange -> {
      OutputStream out = open(exchange);
      event(out, "{\"choices\": [{\"index\": 0, \"delta\": %s}]}".formatted(content(text)));
    };
  }

  static String content(String piece) {
    return "{\"content\": %s}".formatted(Json.write(new JsonString(piece)));
  }

  private static OutputStream open(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void end(OutputStream out, String finish) throws IOException {
    event(
        out,
        "{\"choices\": [{\"index\": 0, \"delta\": {}, \"finish_reason\": \"%s\"}]}"
            .formatted(finish));
    event(
        out,
        "{\"choices\": [], \"usage\": {\"prompt_tokens\": 12, \"completion_tokens\": 34,"
            + " \"total_tokens\": 46}, \"timings\": {\"predicted_per_second\": 56.7}}");
    out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    web.stop(0);
    threads.shutdownNow();
    models.close();
  }

  private record JdkExchange(HttpExchange exchange) implements Exchange {
    @Override
    public Request request() {
      URI target = exchange.getRequestURI();
      String query = target.getRawQuery();
      return new Request(
          exchange.getRequestMethod(),
          target.getRawPath(),
          query == null ? "" : query,
          Headers.of(exchange.getRequestHeaders()),
          exchange.getRequestBody(),
          exchange.getRemoteAddress().getHostString());
    }

    @Override
    public OutputStream respond(int status, Headers headers) throws IOException {
      headers.forEach((name, value) -> {
        if (!name.equalsIgnoreCase("Content-Length")) {
          exchange.getResponseHeaders().add(name, value);
        }
      });
      long length = headers.first("Content-Length").map(Long::parseLong).orElse(0L);
      boolean isEmpty = headers.first("Content-Length").isPresent() && length == 0;
      exchange.sendResponseHeaders(status, isEmpty ? -1 : length);
      return exchange.getResponseBody();
    }
  }
}
