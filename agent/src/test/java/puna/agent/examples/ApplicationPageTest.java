package puna.agent.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.Llama;
import puna.agent.examples.ApplicationExamples.Assistant;
import puna.chat.ChatMessage;
import puna.hub.ModelStore;
import puna.json.Json;
import puna.json.JsonValue.JsonString;

/// Runs the examples of the page for applications, and holds it to them.
@Timeout(900)
class ApplicationPageTest {
  private static final String QUESTION = "What is the capital of France?";

  private final ApplicationExamples examples = new ApplicationExamples();

  @Test
  void theExamplesRun(@TempDir Path folder) throws Exception {
    Path model = new ModelStore(Path.of("target", "puna-home")).resolve(ModelStore.DEFAULT_MODEL);
    try (Assistant assistant = new Assistant(model.toString(), _ -> {})) {
      assertThat(assistant.answer("Say yes.")).isNotBlank();
      Llama llama = assistant.llama();
      assertThat(examples.later(llama, QUESTION).join()).contains("Paris");
      assertThat(examples.careful(llama, "Say yes.")).isNotBlank();
      assertThat(examples.forUser(llama, "a", List.of(ChatMessage.user(QUESTION))))
          .contains("Paris");
      assertThat(examples.careful(llama, "word ".repeat(5000)))
          .startsWith("The question is too long");
      Path file = folder.resolve("talk.session");
      assertThat(examples.remembered(llama, file, QUESTION).messages()).hasSize(2);
      assertThat(examples.remembered(llama, file, "And of Italy?").messages()).hasSize(4);
      assertThat(streamed(llama)).isEqualTo("The capital of France is Paris.");
    }
    assertThat(examples.opened("no-such-model")).startsWith("no model: ");
  }

  @Test
  void thePageIsTheExamplesWordForWord() throws IOException {
    assertThat(Snippets.requireTheSame("in-your-application.md", "ApplicationExamples.java"))
        .isEqualTo(6);
  }

  /// What a client puts together from the events.
  private String streamed(Llama llama) throws IOException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(address, 0);
    server.createContext("/", exchange -> examples.stream(exchange, llama, QUESTION));
    server.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri =
          URI.create(
              "http://%s:%s/"
                  .formatted(
                      server.getAddress().getAddress().getHostAddress(),
                      server.getAddress().getPort()));
      String events =
          client
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString(UTF_8))
              .body();
      StringBuilder text = new StringBuilder();
      for (String event : events.split("\n\n")) {
        if (Json.parse(event.substring("data: ".length()), "an event")
            instanceof JsonString(String piece)) {
          text.append(piece);
        }
      }
      return text.toString();
    } finally {
      server.stop(0);
    }
  }
}
