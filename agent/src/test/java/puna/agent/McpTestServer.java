package puna.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;

/// An MCP server on standard input and output that behaves as its arguments say, well or badly.
final class McpTestServer {
  private static final PrintStream OUT =
      new PrintStream(
          new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);

  private final Set<String> behaviours;
  private final List<String> cancelled = new ArrayList<>();
  private boolean grown;
  private int lists;

  private McpTestServer(Set<String> behaviours) {
    this.behaviours = behaviours;
  }

  /// The command that runs it.
  static List<String> command(String... behaviours) {
    List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(McpTestServer.class.getName());
    command.addAll(List.of(behaviours));
    return command;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  public static void main(String[] arguments) throws Exception {
    McpTestServer server = new McpTestServer(Set.of(arguments));
    server.begin();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      server.handle((JsonObject) Json.parse(line, "input"));
    }
    if (server.is("stubborn")) {
      Thread.sleep(60_000);
    }
  }

  private boolean is(String behaviour) {
    return behaviours.contains(behaviour);
  }

  private void begin() throws Exception {
    if (is("stderr")) {
      for (int i = 0; i < 20_000; i++) {
        System.err.println("a line of log, long enough to fill a pipe ".repeat(3) + i);
      }
    }
    if (is("noise")) {
      OUT.print("\uFEFFStarting…\n");
    }
    if (is("mark")) {
      OUT.print("\uFEFF");
    }
    if (is("says-why")) {
      OUT.print("Usage: server KEY\n");
      System.exit(2);
    }
    if (is("exit-at-start")) {
      System.err.println("missing API_KEY");
      System.exit(1);
    }
    if (is("slow-start")) {
      Thread.sleep(1500);
    }
    if (is("deaf")) {
      Thread.sleep(600_000);
    }
    if (is("closes-output")) {
      OUT.close();
    }
    if (is("child")) {
      Process child = new ProcessBuilder("sleep", "300").start();
      System.err.println("child " + child.pid());
    }
    if (is("stubborn")) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                try {
                  Thread.sleep(60_000);
                } catch (InterruptedException _) {
                  // ends then
                }
              }));
    }
  }

  private void handle(JsonObject message) throws Exception {
    String method = McpJson.string(message, "method").orElse("");
    String id = message.get("id").map(Json::write).orElse("");
    switch (method) {
      case "initialize" -> answer(id, welcome(message));
      case "notifications/initialized" -> initialized();
      case "notifications/cancelled" ->
          cancelled.add(
              Json.write(McpJson.object(message, "params").get("requestId").orElseThrow()));
      case "tools/list" -> {
        if (is("closes-input")) {
          System.in.close(); // before the answer: what is sent behind that finds it closed
        }
        answer(id, list(message));
        if (is("closes-input")) {
          Thread.sleep(60_000);
        }
      }
      case "tools/call" -> call(id, McpJson.object(message, "params"));
      case "" -> heard.add(Json.write(message));
      default -> error(id, -32601, "Method not found");
    }
  }

  private final List<String> heard = new ArrayList<>();

  private String welcome(JsonObject message) {
    String version =
        is("old-protocol")
            ? "2024-11-05"
            : is("future-protocol")
                ? "2099-01-01"
                : McpJson.string(McpJson.object(message, "params"), "protocolVersion")
                    .orElseThrow();
    return """
    {"protocolVersion":"%s","capabilities":{%s},"serverInfo":{"name":"test","version":"1"},\
    "instructions":"Use these with care."}\
    """
        .formatted(version, is("no-tools") ? "\"prompts\":{}" : "\"tools\":{\"listChanged\":true}");
  }

  private void initialized() {
    if (is("noise")) {
      OUT.print("Server is ready!\n\n{\"not\":\"rpc\"}\n[1]\n{\"half\": \n");
    }
    if (is("asks-back")) {
      OUT.print("{\"jsonrpc\":\"2.0\",\"id\":\"ping-1\",\"method\":\"ping\"}\n");
      OUT.print("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\"}\n");
    }
  }

  private String list(JsonObject message) {
    lists++;
    List<String> names =
        new ArrayList<>(
            List.of(
                "echo",
                "refuse",
                "crash",
                "hang",
                "cancelled",
                "where",
                "grow",
                "heard",
                "flood",
                "line",
                "huge",
                "unreadable",
                "wrong_id",
                "nothing",
                "half"));
    if (is("two-tools")) {
      names.retainAll(Set.of("echo", "refuse"));
    }
    if (grown) {
      names.add("grown");
    }
    int from =
        McpJson.string(McpJson.object(message, "params"), "cursor")
            .map(Integer::parseInt)
            .orElse(0);
    int to = is("pages") ? Math.min(from + 3, names.size()) : names.size();
    return "{\"tools\":[%s]%s}"
        .formatted(
            names.subList(from, to).stream()
                .map(McpTestServer::tool)
                .collect(Collectors.joining(",")),
            to < names.size() ? ",\"nextCursor\":\"" + to + "\"" : "");
  }

  private static String tool(String name) {
    String schema =
        name.equals("echo")
            ? "{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"string\"}},"
                + "\"required\":[\"words\"]}"
            : "{\"type\":\"object\"}";
    return "{\"name\":\"%s\",\"description\":\"%s\",\"inputSchema\":%s}"
        .formatted(name, name.equals("echo") ? "Says it again." : "Does it.", schema);
  }

  private void call(String id, JsonObject parameters) throws Exception {
    JsonObject arguments = McpJson.object(parameters, "arguments");
    if (is("notifications")) {
      for (int i = 0; i < 2000; i++) {
        notify("message");
      }
    }
    switch (McpJson.string(parameters, "name").orElse("")) {
      case "echo" -> text(id, new TreeMap<>(plain(arguments)).toString());
      case "refuse" ->
          answer(id, "{\"content\":[{\"type\":\"text\",\"text\":\"not today\"}],\"isError\":true}");
      case "crash" -> {
        System.err.println("out of luck");
        System.exit(3);
      }
      case "half" -> {
        OUT.print("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"cont");
        System.exit(4);
      }
      case "hang" -> {} // never answers
      case "cancelled" -> text(id, cancelled.toString());
      case "where" ->
          text(
              id,
              Path.of("").toAbsolutePath()
                  + " "
                  + new TreeSet<>(System.getenv().keySet())
                  + " "
                  + System.getenv("PUNA_TEST"));
      case "grow" -> {
        grown = true;
        notify("tools/list_changed");
        text(id, "lists so far: " + lists);
      }
      case "grown" -> text(id, "I am new");
      case "heard" -> text(id, heard.toString());
      case "flood" -> {
        String many = notification("message").repeat(1000); // as fast as any machine can
        while (!OUT.checkError()) {
          OUT.print(many);
        }
      }
      case "line" -> {
        while (!OUT.checkError()) {
          OUT.print("x".repeat(1 << 16));
        }
      }
      case "huge" -> text(id, "x".repeat(20_000_000));
      case "unreadable" -> answer(id, "{\"a\":1,\"a\":2}");
      case "wrong_id" -> answer("\"" + id + "\"", "{\"content\":[]}");
      case "nothing" -> OUT.print("{\"jsonrpc\":\"2.0\",\"id\":" + id + "}\n");
      default -> error(id, -32602, "Unknown tool");
    }
  }

  private static java.util.Map<String, String> plain(JsonObject arguments) {
    java.util.Map<String, String> words = new TreeMap<>();
    arguments.members().forEach((name, value) -> words.put(name, plain(value)));
    return words;
  }

  private static String plain(JsonValue value) {
    return value instanceof JsonValue.JsonString(String text) ? text : Json.write(value);
  }

  private static void notify(String what) {
    OUT.print(notification(what));
  }

  private static String notification(String what) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s\"}\n".formatted(what);
  }

  private static void text(String id, String text) {
    answer(
        id,
        "{\"content\":[{\"type\":\"text\",\"text\":%s}]}"
            .formatted(Json.write(new JsonValue.JsonString(text))));
  }

  private static void answer(String id, String result) {
    OUT.print("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\n".formatted(id, result));
    OUT.flush();
  }

  private static void error(String id, int code, String message) throws IOException {
    OUT.print(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}\n"
            .formatted(id, code, message));
    OUT.flush();
  }
}
