package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.LlamaOptions;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.server.TestServer.Reply;

/// Streams that tell how far their prompts are processed.
@Timeout(600)
class PromptProgressTest {
  private static final int PROMPT_WORDS = 600;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        new TestServer(
            ServerOptions.defaults(),
            LlamaOptions.defaults().withContextLength(2048).withBatchTokens(16));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String body(String path, String text, String members) {
    String prompt =
        path.contains("chat")
            ? "\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]".formatted(text)
            : "\"prompt\": \"%s\"".formatted(text);
    return TestServer.with(
        "{\"model\": \"%s\", \"stream\": true, \"max_tokens\": 3, %s}"
            .formatted(TestServer.MODEL, prompt),
        members);
  }

  private static List<JsonObject> chunks(String path, String text, String members) {
    Reply reply = server.post(path, body(path, text, members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.events().stream()
        .filter(event -> !event.equals("[DONE]"))
        .map(event -> (JsonObject) Json.parse(event, "event"))
        .toList();
  }

  private static List<JsonValue> told(List<JsonObject> chunks) {
    return chunks.stream()
        .map(chunk -> chunk.members().get("prompt_progress"))
        .filter(progress -> progress != null)
        .toList();
  }

  private static long number(JsonValue value, String path) {
    return ((JsonNumber) TestServer.at(value, path)).asLong();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/completion", "/v1/completions", "/v1/chat/completions"})
  void tellTheWayOfALongPromptUntilItIsRead(String path) {
    String text = path.replace('/', ' ') + " llama".repeat(PROMPT_WORDS);
    List<JsonObject> chunks = chunks(path, text, "\"return_progress\": true");
    List<JsonValue> told = told(chunks);
    assertThat(told).hasSizeGreaterThan(1);
    long before = -1;
    for (JsonValue progress : told) {
      assertThat(((JsonObject) progress).members())
          .containsOnlyKeys("total", "cache", "processed", "time_ms");
      assertThat(number(progress, "processed")).isGreaterThan(before);
      before = number(progress, "processed");
    }
    assertThat(before).isEqualTo(number(told.getLast(), "total"));
    assertThat(number(told.getLast(), "total")).isGreaterThan(PROMPT_WORDS);
    assertThat(number(told.getLast(), "time_ms")).isPositive();
    int last = chunks.lastIndexOf(chunkWith(chunks, told.getLast()));
    assertThat(told(chunks.subList(last + 1, chunks.size()))).isEmpty();
    assertThat(chunks.subList(last + 1, chunks.size())).isNotEmpty();
  }

  private static JsonObject chunkWith(List<JsonObject> chunks, JsonValue progress) {
    return chunks.stream()
        .filter(chunk -> progress.equals(chunk.members().get("prompt_progress")))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/completion", "/v1/completions", "/v1/chat/completions"})
  void tellOfAShortPromptThatItIsRead(String path) {
    List<JsonValue> told = told(chunks(path, "Hi", "\"return_progress\": true"));
    assertThat(number(told.getLast(), "processed")).isEqualTo(number(told.getLast(), "total"));
  }

  @Test
  void addNothingToAChat() {
    List<JsonObject> chunks = chunks("/v1/chat/completions", "Hello", "\"return_progress\": true");
    JsonObject chunk = chunkWith(chunks, told(chunks).getLast());
    assertThat(TestServer.at(chunk, "choices[0].delta")).isEqualTo(JsonObject.builder().build());
  }

  @Test
  void addNothingToAText() {
    List<JsonObject> chunks = chunks("/completion", "Hello", "\"return_progress\": true");
    JsonObject piece = chunkWith(chunks, told(chunks).getLast());
    assertThat(TestServer.text(piece, "content")).isEmpty();
    assertThat(number(piece, "tokens_predicted")).isZero();
  }

  @Test
  void tellWhatTheCacheKnew() {
    String text = "the same" + " again".repeat(PROMPT_WORDS / 2);
    chunks("/completion", text, "");
    List<JsonValue> told = told(chunks("/completion", text, "\"return_progress\": true"));
    assertThat(number(told.getLast(), "cache")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/completion", "/v1/completions", "/v1/chat/completions"})
  void tellNothingUnlessAsked(String path) {
    assertThat(told(chunks(path, "Hi there", ""))).isEmpty();
    assertThat(told(chunks(path, "Hi there", "\"return_progress\": false"))).isEmpty();
  }
}
