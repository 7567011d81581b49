package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.Json;
import puna.json.JsonValue;
import puna.server.TestServer.Reply;

/// The same greedy request has the same text in every dialect, alone and in a crowd.
@Timeout(600)
class EquivalenceTest {
  private static final String CHAT =
      "\"model\": \"smollm2-135m\", \"messages\": [{\"role\": \"user\", \"content\": \"What do llamas eat?\"}]";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// The request in each dialect, and where its answer's text is.
  private static Map<String, Callable<String>> dialects() {
    Map<String, Callable<String>> all = new LinkedHashMap<>();
    all.put(
        "openai",
        whole(
            "/v1/chat/completions",
            "{%s, \"max_tokens\": 24, \"temperature\": 0}".formatted(CHAT),
            "choices[0].message.content"));
    all.put(
        "openai, streamed",
        () -> {
          Reply reply =
              server.post(
                  "/v1/chat/completions",
                  "{%s, \"max_tokens\": 24, \"temperature\": 0, \"stream\": true}".formatted(CHAT));
          return joined(
              reply.events(),
              event -> event.equals("[DONE]") ? "" : piece(event, "choices[0].delta.content"));
        });
    all.put(
        "responses",
        whole(
            "/v1/responses",
            "{\"model\": \"smollm2-135m\", \"input\": \"What do llamas eat?\","
                + " \"max_output_tokens\": 24, \"temperature\": 0}",
            "output[0].content[0].text"));
    addOthers(all);
    return all;
  }

  private static void addOthers(Map<String, Callable<String>> all) {
    all.put(
        "anthropic",
        whole(
            "/v1/messages",
            "{%s, \"max_tokens\": 24, \"temperature\": 0}".formatted(CHAT),
            "content[0].text"));
    all.put(
        "anthropic, streamed",
        () -> {
          Reply reply =
              server.post(
                  "/v1/messages",
                  "{%s, \"max_tokens\": 24, \"temperature\": 0, \"stream\": true}".formatted(CHAT));
          return joined(reply.events(), event -> piece(event, "delta.text"));
        });
    String ollama = "{%s, \"options\": {\"num_predict\": 24, \"temperature\": 0}, \"stream\": %s}";
    all.put("ollama", whole("/api/chat", ollama.formatted(CHAT, false), "message.content"));
    all.put(
        "ollama, streamed",
        () ->
            joined(
                server.post("/api/chat", ollama.formatted(CHAT, true)).text().lines().toList(),
                line -> piece(line, "message.content")));
    all.put(
        "llama-server",
        () -> {
          Reply prompt = server.post("/apply-template", "{%s}".formatted(CHAT));
          String text = Json.write(prompt.at("prompt"));
          return TestServer.text(
              server
                  .post(
                      "/completion",
                      "{\"prompt\": %s, \"n_predict\": 24, \"temperature\": 0}".formatted(text))
                  .json(),
              "content");
        });
  }

  private static Callable<String> whole(String path, String body, String place) {
    return () -> TestServer.text(server.post(path, body).json(), place);
  }

  private static String joined(List<String> events, Function<String, String> piece) {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(piece.apply(event)));
    return text.toString();
  }

  /// What an event has at a place; nothing where it has none.
  private static String piece(String event, String place) {
    JsonValue value = Json.parse(event, "event");
    try {
      return TestServer.text(value, place);
    } catch (RuntimeException e) {
      return "";
    }
  }

  @Test
  void everyDialectTellsTheSame() throws Exception {
    Map<String, Callable<String>> dialects = dialects();
    String expected = dialects.values().iterator().next().call();
    assertThat(expected).hasSizeGreaterThan(10);
    for (Map.Entry<String, Callable<String>> dialect : dialects.entrySet()) {
      assertThat(dialect.getValue().call()).as(dialect.getKey()).isEqualTo(expected);
    }
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        for (Callable<String> dialect : dialects.values()) {
          answers.add(crowd.submit(dialect));
        }
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
  }
}
