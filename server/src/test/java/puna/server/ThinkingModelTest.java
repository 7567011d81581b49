package puna.server;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer.Reply;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// What clients are told of the tokens of a model that thinks: the embedded one, whose chat
/// template opens the reasoning here.
@Timeout(600)
class ThinkingModelTest {
  private static final String FILE =
      "/META-INF/puna/models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String ASK =
      "\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], ";

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    Path file = folder.resolve("thinking.gguf");
    write(file);
    LlamaOptions options = LlamaOptions.defaults().withContextLength(512);
    ServedModel model = ServedModel.of("m", ModelSource.file(file), options);
    server =
        new TestServer(
            new Models(List.of(model), Models.Settings.defaults()), ServerOptions.defaults());
  }

  /// The template keeps its length, so that all else in the file stays where it is.
  private static void write(Path file) throws IOException {
    byte[] bytes;
    try (InputStream model = ThinkingModelTest.class.getResourceAsStream(FILE)) {
      bytes = model.readAllBytes();
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int from = text.indexOf("{% for message in messages %}");
    int to = text.indexOf("{% endif %}", text.indexOf("add_generation_prompt", from));
    String template = text.substring(from, to);
    String thinking =
        template
            .replace("<|im_start|>assistant\n", "<|im_start|>assistant\n<think>")
            .replace(" named SmolLM, trained by Hugging Face", "")
            .concat("{# </think> #}");
    String padding = "{#" + " ".repeat(template.length() - thinking.length() - 4) + "#}";
    System.arraycopy(
        (padding + thinking).getBytes(StandardCharsets.ISO_8859_1),
        0,
        bytes,
        from,
        template.length());
    Files.write(file, bytes);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static long number(JsonValue json, String path) {
    return ((JsonNumber) TestServer.at(json, path)).asLong();
  }

  @Test
  void chatsTellThem() {
    String ask =
        "{" + ASK + "\"thinking_budget_tokens\": 4, \"max_tokens\": 30, \"temperature\": 0";
    JsonValue usage = server.post("/v1/chat/completions", ask + "}").at("usage");
    long tokens = number(usage, "completion_tokens_details.reasoning_tokens");
    assertThat(tokens).isBetween(1L, 4L);
    assertThat(number(usage, "completion_tokens")).isGreaterThan(4);
    Reply stream =
        server.post(
            "/v1/chat/completions",
            ask + ", \"n\": 2, \"stream\": true, \"stream_options\": {\"include_usage\": true}}");
    JsonValue last = Json.parse(stream.events().get(stream.events().size() - 2), "last");
    assertThat(number(last, "usage.completion_tokens_details.reasoning_tokens"))
        .isEqualTo(2 * tokens);
  }

  @Test
  void responsesTellThem() {
    Reply reply =
        server.post(
            "/v1/responses",
            "{\"model\": \"m\", \"input\": \"Hi\", \"max_output_tokens\": 2, \"temperature\": 0}");
    assertThat(number(reply.json(), "usage.output_tokens")).isEqualTo(2);
    assertThat(number(reply.json(), "usage.output_tokens_details.reasoning_tokens")).isEqualTo(2);
  }

  @Test
  void messagesTellThem() {
    String ask = "{" + ASK + "\"max_tokens\": 30, \"temperature\": 0, \"thinking\": ";
    Reply reply =
        server.post("/v1/messages", ask + "{\"type\": \"enabled\", \"budget_tokens\": 4}}");
    assertThat(number(reply.json(), "usage.output_tokens_details.thinking_tokens"))
        .isBetween(1L, 4L);
    Reply without = server.post("/v1/messages", ask + "{\"type\": \"disabled\"}}");
    assertThat(without.at("usage.output_tokens_details")).isEqualTo(JsonValue.JsonNull.NULL);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, false",
    "/v1/chat/completions, true",
    "/api/chat, false",
    "/api/chat, true"
  })
  void logProbabilitiesAreThoseOfTheTextBehindThem(String path, boolean stream) {
    String ask =
        """
        {%s"stream": %s, "logprobs": true, "max_tokens": 30, "temperature": 0,
          "thinking_budget_tokens": 4, "think": false,
          "options": {"temperature": 0, "num_predict": 30}}\
        """
            .formatted(ASK, stream);
    StringBuilder text = new StringBuilder();
    StringBuilder tokens = new StringBuilder();
    for (String line : server.post(path, ask).text().split("\n")) {
      String json = line.startsWith("data: ") ? line.substring(6) : line;
      if (json.startsWith("{")) {
        JsonObject piece = (JsonObject) Json.parse(json, "piece");
        boolean isChoice = piece.get("choices").isPresent();
        JsonObject holder = isChoice ? (JsonObject) TestServer.at(piece, "choices[0]") : piece;
        text.append(content(holder));
        tokens.append(told(holder));
      }
    }
    assertThat(text.toString()).isNotBlank();
    assertThat(tokens.toString()).isEqualTo(text.toString());
  }

  private static String content(JsonObject holder) {
    return holder
        .get("message")
        .or(() -> holder.get("delta"))
        .map(JsonObject.class::cast)
        .flatMap(message -> message.get("content"))
        .map(value -> value instanceof JsonString(String text) ? text : "")
        .orElse("");
  }

  private static String told(JsonObject holder) {
    JsonValue all = holder.get("logprobs").orElse(JsonValue.JsonNull.NULL);
    JsonValue list = all instanceof JsonObject object ? object.get("content").orElseThrow() : all;
    return list instanceof JsonArray(List<JsonValue> entries)
        ? entries.stream().map(entry -> TestServer.text(entry, "token")).collect(joining())
        : "";
  }
}
