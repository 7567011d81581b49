package puna.server.llamaserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.Llama;
import puna.LlamaOptions;
import puna.json.Json;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.ServerOptions;
import puna.server.ServerOptions.Visibility;
import puna.server.TestServer;
import puna.server.TestServer.Reply;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;

@Timeout(600)
class SlotsTest {
  private static final String ASK =
      "{\"prompt\": \"The llama is\", \"n_predict\": 8, \"id_slot\": 1}";

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        new TestServer(
            ServerOptions.defaults().withSlotFolder(folder),
            LlamaOptions.defaults().withMaxConcurrent(2));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static long number(Reply reply, String path) {
    return ((JsonNumber) reply.at(path)).asLong();
  }

  private static JsonArray slots() {
    return (JsonArray) Json.parse(server.get("/slots").text(), "slots");
  }

  private static boolean isBusy() {
    return slots().elements().stream()
        .anyMatch(slot -> TestServer.at(slot, "is_processing") == JsonBoolean.TRUE);
  }

  private static double metric(String name) {
    return server
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("llamacpp:" + name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void thereAreAsManyAsAnswersAtATime() {
    assertThat(slots().elements())
        .extracting(slot -> TestServer.at(slot, "id"))
        .containsExactly(JsonNumber.of(0), JsonNumber.of(1));
    assertThat(server.get("/props").at("total_slots")).isEqualTo(JsonNumber.of(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drafts", "draft_tokens", "accepted_tokens"})
  void guessesAreCountedByLlamaServersNames(String what) {
    assertThat(metric("spec_decode_num_%s_total".formatted(what))).isZero();
  }

  @Test
  void whatASlotHoldsIsSavedRestoredAndErased() {
    Reply answer = server.post("/completion", ASK);
    assertThat(answer.at("id_slot")).isEqualTo(JsonNumber.of(1));
    long tokens = number(answer, "tokens_predicted") + number(answer, "tokens_evaluated");
    Reply saved = server.post("/slots/1?action=save", "{\"filename\": \"a.bin\"}");
    assertThat(number(saved, "n_saved")).isEqualTo(tokens);
    Reply erased = server.post("/slots/1?action=erase", "");
    assertThat(number(erased, "n_erased")).isEqualTo(tokens);
    assertThat(server.post("/slots/1?action=save", "{\"filename\": \"b.bin\"}").status())
        .isEqualTo(400);
    Reply restored = server.post("/slots/0?action=restore", "{\"filename\": \"a.bin\"}");
    assertThat(number(restored, "n_restored")).isEqualTo(tokens);
    assertThat(restored.at("n_read")).isEqualTo(saved.at("n_written"));
    assertThat(number(server.post("/slots/0?action=erase", ""), "n_erased")).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/passwd", "a/b", "..", ".", "", "a\\\\b", "a\\u0000b", ".hidden"})
  void filesLieInTheFolderAndNowhereElse(String name) {
    server.post("/completion", ASK);
    Reply reply = server.post("/slots/1?action=save", "{\"filename\": \"%s\"}".formatted(name));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(TestServer.text(reply.json(), "error.message")).contains("filename");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/slots/1?action=dance",
        "/slots/1",
        "/slots/9?action=erase",
        "/slots/x?action=erase",
        "/slots/1?action=restore"
      })
  void refusesWhatIsNoAction(String path) {
    assertThat(server.post(path, "{\"filename\": \"no-such.bin\"}").status()).isEqualTo(400);
  }

  @Test
  void aClientThatLeavesFreesItsSlot() throws IOException, InterruptedException {
    HttpRequest request =
        server
            .request("/completion")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"prompt\": \"The\", \"n_predict\": 2000, \"ignore_eos\": true, \"stream\": true}"))
            .build();
    double before = metric("n_decode_total");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      InputStream body = response.body();
      assertThat(body.read()).isNotNegative();
      assertThat(isBusy()).isTrue();
      assertThat(metric("requests_processing")).isEqualTo(1);
      body.close();
      client.shutdownNow();
    }
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (isBusy() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(isBusy()).isFalse();
    assertThat(metric("requests_processing")).isEqualTo(0);
    assertThat(metric("n_decode_total")) // one for each token: it did not come to its end
        .isGreaterThan(before)
        .isLessThan(before + 2000);
  }

  @Test
  void metricsCountWhatWasAnsweredWithoutItsText() throws InterruptedException {
    while (metric("requests_processing") > 0) {
      Thread.sleep(2); // one that was answered is counted a moment later
    }
    double before = metric("tokens_predicted_total");
    Reply reply = server.post("/completion", "{\"prompt\": \"xylophone zebra\", \"n_predict\": 5}");
    while (metric("tokens_predicted_total") == before) {
      Thread.sleep(2);
    }
    assertThat(metric("tokens_predicted_total"))
        .isEqualTo(before + number(reply, "tokens_predicted"));
    Reply metrics = server.get("/metrics");
    assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(metrics.text())
        .contains(
            "gen_ai_server_request_duration_seconds_count{model=\"smollm2-135m\",operation=\"text_completion\",dialect=\"llama-server\",status=\"200\"}")
        .contains("gen_ai_server_time_to_first_token_seconds_bucket")
        .doesNotContain("xylophone");
  }

  @Test
  void withoutAFolderOrLeaveThereIsNothing() {
    try (TestServer closed =
        new TestServer(
            ServerOptions.defaults().withMetrics(Visibility.HIDDEN).withSlots(Visibility.HIDDEN))) {
      assertThat(closed.get("/metrics").status()).isEqualTo(501);
      assertThat(closed.get("/slots").status()).isEqualTo(501);
      Reply save = closed.post("/slots/0?action=save", "{\"filename\": \"a.bin\"}");
      assertThat(save.status()).isEqualTo(501);
      assertThat(save.at("error.type")).isEqualTo(new JsonString("not_supported_error"));
      assertThat(closed.get("/health").at("status")).isEqualTo(new JsonString("ok"));
    }
    assertThat(ServerOptions.defaults().withHost("0.0.0.0").slots()).isEqualTo(Visibility.HIDDEN);
    assertThat(ServerOptions.defaults().withHost("::1").metrics()).isEqualTo(Visibility.SHOWN);
  }

  @Test
  void aModelThatIsBeingLoadedIsNotReady() throws InterruptedException {
    ServedModel first = TestServer.model(LlamaOptions.defaults());
    ServedModel other =
        ServedModel.of("other", first.source(), LlamaOptions.defaults().withContextLength(256));
    // room for one: as long as the other is in use, the first is being loaded
    long bytes = Llama.plan(first.source(), first.options()).totalBytes();
    Models models =
        new Models(
            List.of(first, other),
            new Models.Settings(OptionalLong.of(bytes), Models.Settings.FOREVER));
    try (TestServer fresh = new TestServer(models, ServerOptions.defaults())) {
      ModelLease used = models.lease(other, () -> {});
      Thread asking = Thread.ofVirtual().start(() -> fresh.post("/completion", ASK));
      while (!models.isLoading(first)) {
        Thread.sleep(2);
      }
      Reply health = fresh.get("/v1/health");
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.at("error.message")).isEqualTo(new JsonString("Loading model"));
      used.close();
      asking.join();
      assertThat(fresh.get("/health").status()).isEqualTo(200);
    }
  }
}
