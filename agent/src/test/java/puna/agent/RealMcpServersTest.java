package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.agent.ToolHints.Effect;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// The reference servers of the protocol, as npm has them. They are not downloaded here: `npx -y
/// PACKAGE` has to have run once, so that they are in npm's cache.
@Timeout(600)
class RealMcpServersTest {
  private static final String PACKAGES = "@modelcontextprotocol/server-";

  @TempDir private Path folder;

  @BeforeEach
  void needsNode() {
    assumeTrue(
        Boolean.getBoolean("puna.test.thorough"), "needs -Dpuna.test.thorough=true: runs npx");
  }

  @Test
  void everythingOverStreams() throws InterruptedException {
    try (McpTools tools = connect(server("everything"))) {
      assertThat(tools.instructions().orElseThrow()).contains("Everything");
      usesEverything(tools);
    }
  }

  @Test
  void everythingOverHttp() throws Exception {
    connect(server("everything")).close(); // is it here?
    int port = freePort();
    List<String> command = npx("everything");
    command.add("streamableHttp");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PORT", Integer.toString(port));
    Process process = builder.redirectErrorStream(true).redirectOutput(log()).start();
    try {
      try (McpTools tools = reached("http://127.0.0.1:" + port + "/mcp", process)) {
        usesEverything(tools);
      }
      awaitInLog("session termination request");
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  /// Servers write down what they did when they get to it.
  private void awaitInLog(String words) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!Files.readString(log().toPath()).contains(words) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(Files.readString(log().toPath())).contains(words);
  }

  private static void usesEverything(McpTools tools) throws InterruptedException {
    assertThat(tools.tools())
        .extracting(tool -> tool.tool().name())
        .contains("echo", "get-sum")
        .doesNotContain("simulate-research-query"); // runs as a task only
    assertThat(call(tools, "echo", "{\"message\": \"aloha é\"}")).isEqualTo("Echo: aloha é");
    assertThat(call(tools, "get-structured-content", "{\"location\": \"New York\"}"))
        .containsOnlyOnce("temperature");
    assertThat(call(tools, "get-resource-links", "{}")).contains("demo://resource/dynamic/text/2");
    assertThat(call(tools, "get-tiny-image", "{}")).contains("(image, image/png, ");
    String reference = "{\"resourceType\": \"%s\", \"resourceId\": 1}";
    assertThat(call(tools, "get-resource-reference", reference.formatted("Text")))
        .contains("demo://resource/dynamic/text/1 (text/plain):\nResource 1: ");
    assertThat(call(tools, "get-resource-reference", reference.formatted("Blob")))
        .contains("(resource demo://resource/dynamic/blob/1, text/plain, ");
    assertThatThrownBy(() -> call(tools, "get-sum", "{\"a\": \"x\"}"))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("expected number");
  }

  @Test
  void filesystem() throws Exception {
    Files.writeString(folder.resolve("note.txt"), "buy oats");
    try (McpTools tools = connect(server("filesystem", ".").withFolder(folder))) {
      assertThat(effect(tools, "read_text_file")).isEqualTo(Effect.READS);
      assertThat(effect(tools, "write_file")).isEqualTo(Effect.DESTROYS);
      assertThat(call(tools, "read_text_file", "{\"path\": \"note.txt\"}")).isEqualTo("buy oats");
      assertThat(call(tools, "list_directory", "{\"path\": \".\"}")).contains("[FILE] note.txt");
      assertThatThrownBy(() -> call(tools, "read_text_file", "{\"path\": \"/etc/hostname\"}"))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("Access denied");
    }
  }

  @Test
  void memory() throws Exception {
    Path file = folder.resolve("memory.jsonl");
    McpServer server =
        server("memory")
            .withEnvironment(Map.of("MEMORY_FILE_PATH", file.toString()))
            .withPrefix("memory_");
    try (McpTools tools = connect(server)) {
      call(
          tools,
          "memory_create_entities",
          """
          {"entities": [{"name": "llama", "entityType": "animal", "observations": ["spits"]}]}\
          """);
      assertThat(call(tools, "memory_search_nodes", "{\"query\": \"llama\"}")).contains("spits");
    }
    assertThat(file).content().contains("spits");
  }

  private static List<String> npx(String name) {
    return new ArrayList<>(List.of("npx", "--offline", "-y", PACKAGES + name));
  }

  private static McpServer server(String name, String... arguments) {
    List<String> command = npx(name);
    command.addAll(List.of(arguments));
    return McpServer.stdio(command);
  }

  /// Opens a server, or says what is missing.
  private static McpTools connect(McpServer server) {
    try {
      return McpTools.connect(server);
    } catch (ToolException e) {
      String why = McpText.message(e);
      if (why.contains("cannot be run")) {
        return abort("needs npx: " + why);
      }
      if (why.contains("ENOTCACHED")) {
        return abort("needs the package in npm's cache (npx -y PACKAGE, once): " + why);
      }
      throw e;
    }
  }

  private static McpTools reached(String address, Process process) throws InterruptedException {
    for (int i = 0; i < 3000 && process.isAlive(); i++) {
      try {
        return McpTools.connect(address, Duration.ofSeconds(60));
      } catch (ToolException e) {
        if (!McpText.message(e).contains("cannot be reached")) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
    throw new AssertionError("the server is not reached");
  }

  private java.io.File log() {
    return folder.resolve("log.txt").toFile();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Effect effect(McpTools tools, String name) {
    return tool(tools, name).hints().effect();
  }

  private static String call(McpTools tools, String name, String arguments)
      throws InterruptedException {
    return tool(tools, name).function().call((JsonObject) Json.parse(arguments, "arguments"));
  }

  private static AgentTool tool(McpTools tools, String name) {
    return tools.tools().stream()
        .filter(tool -> tool.tool().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
