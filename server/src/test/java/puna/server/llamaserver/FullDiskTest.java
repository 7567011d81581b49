package puna.server.llamaserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.LlamaOptions;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.TestServer;

/// A server whose system has no room for a slot's file: a process that may write none longer than
/// half a megabyte.
@Timeout(600)
class FullDiskTest {
  private static final Path SHELL = Path.of("/bin/bash");
  private static final String ASK =
      "{\"prompt\": \"%s\", \"n_predict\": 1, \"id_slot\": 0}"
          .formatted("The llama is an animal of the mountains. ".repeat(12));
  private static final String SAVE = "/slots/0?action=save";

  @TempDir private Path folder;

  /// Serves until its input ends, and prints its port.
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) throws IOException {
      try (TestServer server = server(Path.of(arguments[0]))) {
        System.out.println("port " + server.port());
        while (System.in.read() >= 0) {
          // goes on
        }
      }
    }
  }

  private static TestServer server(Path folder) {
    return new TestServer(
        ServerOptions.defaults().withSlotFolder(folder),
        LlamaOptions.defaults().withMaxConcurrent(1));
  }

  @Test
  void savingSaysSoLeavesTheOldFileAndTheServerGoesOn() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "lacks /bin/bash, to bound the length of files");
    byte[] old;
    try (TestServer server = server(folder)) {
      assertThat(server.post("/completion", ASK).status()).isEqualTo(200);
      assertThat(server.post(SAVE, "{\"filename\": \"a.bin\"}").status()).isEqualTo(200);
      old = Files.readAllBytes(folder.resolve("a.bin"));
    }
    Process process = start();
    try (BufferedReader output = process.inputReader();
        HttpClient client = HttpClient.newHttpClient()) {
      String address = "http://127.0.0.1:" + port(output);
      for (String name : List.of("a.bin", "b.bin")) {
        assertThat(post(client, address + "/completion", ASK).statusCode()).isEqualTo(200);
        requireRefused(
            post(client, address + SAVE, "{\"filename\": \"%s\"}".formatted(name)), name);
      }
      HttpResponse<String> restored =
          post(client, address + "/slots/0?action=restore", "{\"filename\": \"a.bin\"}");
      assertThat(restored.statusCode()).isEqualTo(200);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("a.bin")).hasBinaryContent(old);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("a.bin"));
    }
  }

  private static void requireRefused(HttpResponse<String> reply, String name) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(507);
    assertThat(reply.headers().firstValue("x-should-retry")).contains("false");
    JsonValue error = Json.parse(reply.body(), "the reply");
    assertThat(TestServer.at(error, "error.code")).isEqualTo(JsonNumber.of(507));
    assertThat(TestServer.at(error, "error.type")).isEqualTo(new JsonString("server_error"));
    assertThat(TestServer.text(error, "error.message"))
        .startsWith("filename: %s: cannot be written: ".formatted(name))
        .doesNotContain("/");
  }

  private Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            SHELL.toString(),
            "-c",
            "ulimit -f 512; exec \"$@\"",
            "bounded",
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-Dpuna.home=" + System.getProperty("puna.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Server.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int port(BufferedReader output) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("port ")) {
        return Integer.parseInt(line.substring("port ".length()));
      }
    }
    throw new AssertionError("the server did not start");
  }

  private static HttpResponse<String> post(HttpClient client, String address, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(address))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
