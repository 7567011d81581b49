package puna.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// An MCP server on this machine that answers exactly what a test tells it, right or wrong.
final class McpHttpServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> results;
  private final AtomicInteger requests = new AtomicInteger();

  /// @param results as JSON, by method; `%d` becomes the number of the request
  McpHttpServer(Map<String, String> results) throws IOException {
    this.results = results;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/mcp", this::handle);
    server.start();
  }

  String address() {
    return "http://%s:%d"
        .formatted(server.getAddress().getHostString(), server.getAddress().getPort());
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      JsonObject request = (JsonObject) Json.parse(body, "request");
      JsonValue id = request.get("id").orElse(null);
      if (id == null) {
        exchange.sendResponseHeaders(202, -1);
        return;
      }
      String result = result(request);
      byte[] answer =
          "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}"
              .formatted(Json.write(id), result)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private String result(JsonObject request) {
    String method = ((JsonString) request.get("method").orElseThrow()).value();
    if (method.equals("initialize")) {
      JsonObject parameters = (JsonObject) request.get("params").orElseThrow();
      return "\"result\":{\"protocolVersion\":%s,\"capabilities\":{\"tools\":{}},"
              .formatted(Json.write(parameters.get("protocolVersion").orElseThrow()))
          + "\"serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
    }
    return results
        .getOrDefault(method, "\"error\":{\"code\":-32601,\"message\":\"no such method\"}")
        .replace("%d", Integer.toString(requests.incrementAndGet()));
  }
}
