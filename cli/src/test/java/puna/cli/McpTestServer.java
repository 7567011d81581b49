package puna.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A small MCP server on standard input and output: it tells the weather, and says on standard
/// error what it was called with.
final class McpTestServer {
  private static final String TOOLS =
      """
      {"tools":[{"name":"get_weather","title":"Weather\\u001b[31m","description":"Weather in a city.",\
      "inputSchema":{"type":"object","properties":{"city":{"enum":["Oslo"]}},"required":["city"],\
      "additionalProperties":false},"annotations":{"readOnlyHint":true}}]}\
      """;

  private McpTestServer() {}

  /// The command line that runs it.
  static String command() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return "\"%s\" -XX:TieredStopAtLevel=1 -cp \"%s\" %s"
        .formatted(java, System.getProperty("java.class.path"), McpTestServer.class.getName());
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject message = (JsonObject) Json.parse(line, "input");
      if (message.get("id").orElse(null) instanceof JsonNumber(String id)) {
        out.println("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(id, result(message)));
      }
    }
  }

  private static String result(JsonObject message) {
    String method =
        message.get("method").orElse(null) instanceof JsonString(String name) ? name : "";
    return switch (method) {
      case "initialize" -> {
        JsonObject parameters = (JsonObject) message.get("params").orElseThrow();
        JsonValue version = parameters.get("protocolVersion").orElseThrow();
        yield "{\"protocolVersion\":%s,\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"w\",\"version\":\"1\"},\"instructions\":\"Ask the station.\"}"
            .formatted(Json.write(version));
      }
      case "tools/list" -> TOOLS;
      case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"it rains\"}]}";
      default -> "{}";
    };
  }
}
