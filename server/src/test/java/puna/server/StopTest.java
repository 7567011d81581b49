package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer.Reply;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// A server that is stopped tells everybody.
@Timeout(600)
class StopTest {
  /// How long a stop may take beyond the time that answers are given.
  private static final Duration BOUND = Duration.ofMinutes(2);

  private static final String LONG =
      """
      {"model": "smollm2-135m", "max_tokens": 1900, "temperature": 0,
       "logit_bias": {"0": -100, "2": -100},
       "messages": [{"role": "user", "content": "Tell me a long story."}]}\
      """;
  private static final String SHORT = TestServer.with(LONG, "\"max_tokens\": 20");
  private static final String CHAT = "/v1/chat/completions";
  private static final String MESSAGES = "/v1/messages";

  @Test
  void letsShortAnswersEndAndRefusesNewOnes() throws Exception {
    TestServer server = server(Duration.ofMinutes(8));
    CompletableFuture<Reply> running =
        ask(() -> server.post(CHAT, TestServer.with(SHORT, "\"max_tokens\": 400")));
    awaitUsers(server, 1);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::stop);
    until(server::isStopping);
    Reply refused = server.post(CHAT, SHORT);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.at("error.code")).isEqualTo(new JsonString("service_unavailable"));
    assertThat(running.get().status()).isEqualTo(200);
    assertThat(running.get().at("choices[0].finish_reason")).isEqualTo(new JsonString("length"));
    closed.get();
    server.close();
  }

  @Test
  void tellsEverybodyWhoseAnswerIsCutOff() throws Exception {
    TestServer server = server(Duration.ofMillis(300));
    String streamed = TestServer.with(LONG, "\"stream\": true");
    List<CompletableFuture<Reply>> plain =
        List.of(ask(() -> server.post(CHAT, LONG)), ask(() -> server.post(MESSAGES, LONG)));
    CompletableFuture<Reply> openAi = server.begin(CHAT, streamed);
    CompletableFuture<Reply> anthropic = server.begin(MESSAGES, streamed);
    CompletableFuture<Reply> ollama =
        server.begin("/api/chat", TestServer.with(LONG, "\"options\": {\"num_predict\": -1}"));
    awaitUsers(server, 5);
    stopInTime(server);

    assertThat(plain.getFirst().get().status()).isEqualTo(503);
    assertThat(plain.getLast().get().status()).isEqualTo(529);
    for (CompletableFuture<Reply> one : plain) {
      assertThat(one.get().header("Retry-After")).isEqualTo("1");
      assertThat(TestServer.text(one.get().json(), "error.message")).contains("being stopped");
    }
    String stopped = "the server is being stopped";
    assertThat(openAi.get().status()).isEqualTo(200);
    assertThat(openAi.get().events()).anyMatch(event -> event.contains(stopped));
    assertThat(openAi.get().text()).doesNotContain("finish_reason\":\"");
    assertThat(anthropic.get().text())
        .contains("event: error\ndata: ", "overloaded_error", stopped)
        .doesNotContain("message_stop");
    assertThat(ollama.get().text().lines().toList().getLast())
        .startsWith("{\"error\":")
        .contains(stopped);
  }

  @Test
  void tellsWhoeverWaitsForAModelAndForAPlace() throws Exception {
    ServedModel first = TestServer.model(LlamaOptions.defaults().withMaxConcurrent(1));
    ServedModel other =
        ServedModel.of(
            "other",
            ModelSource.named(TestServer.MODEL),
            LlamaOptions.defaults().withContextLength(256));
    // room for one: the other is not loaded as long as the first answers
    long bytes = Llama.plan(first.source(), first.options()).totalBytes();
    Models.Settings narrow = new Models.Settings(OptionalLong.of(bytes), Models.Settings.FOREVER);
    TestServer server =
        new TestServer(
            new Models(List.of(first, other), narrow),
            ServerOptions.defaults().withStopTimeout(Duration.ZERO));
    List<CompletableFuture<Reply>> waiting =
        new ArrayList<>(
            List.of(ask(() -> server.post(CHAT, LONG)), ask(() -> server.post(CHAT, LONG))));
    awaitUsers(server, 2);
    waiting.add(
        ask(() -> server.post("/v1/embeddings", "{\"input\": \"x\", \"model\": \"other\"}")));
    until(() -> server.inside() == 3);
    stopInTime(server);
    for (CompletableFuture<Reply> one : waiting) {
      assertThat(one.get().status()).isEqualTo(503);
      assertThat(one.get().header("Retry-After")).isEqualTo("1");
    }
  }

  @Test
  void itSaysThatItIsNotReadyWhileItStops() throws Exception {
    TestServer server = server(Duration.ofMinutes(5));
    CompletableFuture<Reply> running =
        server.begin(CHAT, TestServer.with(LONG, "\"stream\": true"));
    awaitUsers(server, 1);
    Reply[] last = {server.get("/health")};
    assertThat(last[0].status()).isEqualTo(200);
    CompletableFuture<Void> stop = CompletableFuture.runAsync(server::stop);
    until(() -> {
      last[0] = server.get("/health");
      return last[0].status() != 200;
    });
    Reply health = last[0];
    assertThat(health.status()).isEqualTo(503);
    assertThat(TestServer.text(health.json(), "error.message")).contains("being stopped");
    running.get();
    stop.get();
  }

  @Test
  void aSecondStopChangesNothing() throws Exception {
    TestServer server = server(Duration.ofMillis(100));
    assertThat(server.get("/v1/models").status()).isEqualTo(200);
    CompletableFuture<Void> other = CompletableFuture.runAsync(server::stop);
    stopInTime(server);
    other.get();
    stopInTime(server);
    Models models = server.models();
    assertThat(models.loaded()).isEmpty();
    server.close();
  }

  private static TestServer server(Duration stop) {
    return new TestServer(ServerOptions.defaults().withStopTimeout(stop));
  }

  private static void stopInTime(TestServer server) {
    assertThat(CompletableFuture.runAsync(server::stop)).succeedsWithin(BOUND);
  }

  private static CompletableFuture<Reply> ask(Supplier<Reply> request) {
    return CompletableFuture.supplyAsync(request, Executors.newVirtualThreadPerTaskExecutor());
  }

  private static void awaitUsers(TestServer server, int count) {
    until(() -> server.models().loaded().stream().mapToInt(model -> model.users()).sum() >= count);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
