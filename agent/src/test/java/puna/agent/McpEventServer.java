package puna.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// An MCP server over HTTP on this machine that answers in events; a test says how it differs.
class McpEventServer implements AutoCloseable {
  static final String TOOLS =
      "{\"tools\":[{\"name\":\"look\",\"inputSchema\":{\"type\":\"object\"}}]}";

  private final HttpServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> log = new CopyOnWriteArrayList<>();

  McpEventServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  final String address() {
    return "http://%s:%d"
        .formatted(server.getAddress().getHostString(), server.getAddress().getPort());
  }

  /// Method and path of each request, with the JSON-RPC method where it has one.
  final List<String> log() {
    return log;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }

  final void waitUntilClosed() {
    await(closing);
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      JsonObject message =
          body.length == 0 ? McpJson.EMPTY : (JsonObject) Json.parse(body, "request");
      String method = McpJson.string(message, "method").orElse("");
      log.add(
          "%s %s %s"
              .formatted(exchange.getRequestMethod(), exchange.getRequestURI(), method)
              .strip());
      if (refuses(exchange)) {
        return;
      }
      switch (exchange.getRequestMethod()) {
        case "POST" -> {
          if (message.get("id").isEmpty()) {
            heard(method, message);
            exchange.sendResponseHeaders(202, -1);
          } else {
            asked(exchange, method, Json.write(message.get("id").orElseThrow()));
          }
        }
        case "GET" -> listened(exchange);
        default -> exchange.sendResponseHeaders(200, -1);
      }
    }
  }

  /// Whether the request was answered already.
  boolean refuses(HttpExchange exchange) throws IOException {
    return false;
  }

  void heard(String method, JsonObject message) {}

  void listened(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(405, -1);
  }

  void asked(HttpExchange exchange, String method, String id) throws IOException {
    String result =
        switch (method) {
          case "initialize" ->
              "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
                  + "\"serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
          case "tools/list" -> TOOLS;
          default -> "{\"content\":[{\"type\":\"text\",\"text\":\"seen\"}]}";
        };
    if (method.equals("initialize")) {
      session().ifPresent(session -> exchange.getResponseHeaders().set("Mcp-Session-Id", session));
    }
    events(exchange, event("", answer(id, result)));
  }

  Optional<String> session() {
    return Optional.of("S1");
  }

  static String answer(String id, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(id, result);
  }

  static String event(String id, String data) {
    return (id.isEmpty() ? "" : "id: " + id + "\n") + "event: message\ndata: " + data + "\n\n";
  }

  static void events(HttpExchange exchange, String... events) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    for (String event : events) {
      out.write(event.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  static void refuse(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
