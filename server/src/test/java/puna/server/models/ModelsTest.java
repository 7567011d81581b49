package puna.server.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.GenerationOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.error.ModelNotFoundException;
import puna.server.wire.Failure;
import puna.server.wire.Failures;

@Timeout(600)
class ModelsTest {
  private static final LlamaOptions SMALL =
      LlamaOptions.defaults().withContextLength(128).withMaxConcurrent(2);
  private static final ModelSource FILE = ModelSource.named("smollm2-135m");
  private static final Models.Tick PATIENT = () -> {};

  @Test
  void loadsOnceHoweverManyAsk() throws Exception {
    try (Models models = models(Models.Settings.defaults(), served("a"))) {
      List<Future<ModelLease>> asked = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        asked.add(ask(models, "a"));
      }
      Llama llama = asked.getFirst().get().llama();
      for (Future<ModelLease> one : asked) {
        assertThat(one.get().llama()).isSameAs(llama);
      }
      assertThat(models.loaded()).singleElement().matches(loaded -> loaded.users() == 8);
      for (Future<ModelLease> one : asked) {
        one.get().close();
        one.get().close(); // a second time changes nothing
      }
      assertThat(models.loaded()).singleElement().matches(loaded -> loaded.users() == 0);
    }
  }

  @Test
  void aFailedLoadIsEverybodysAndTheNextOneTriesAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("late.gguf");
    ServedModel late = ServedModel.of("late", ModelSource.file(file), SMALL);
    try (Models models = models(Models.Settings.defaults(), late)) {
      List<Future<ModelLease>> asked = new ArrayList<>();
      models.loads.lock(); // nothing is loaded until all of them wait
      try {
        for (int i = 0; i < 4; i++) {
          asked.add(waiting(models, "late"));
        }
      } finally {
        models.loads.unlock();
      }
      Throwable failure = failure(asked.getFirst());
      assertThat(failure).isInstanceOf(ModelNotFoundException.class);
      for (Future<ModelLease> one : asked) {
        assertThat(failure(one)).isSameAs(failure);
      }
      Files.createSymbolicLink(file, embeddedFile());
      try (ModelLease lease = lease(models, "late")) {
        requireAnswer(lease.llama());
      }
    }
  }

  @Test
  void whoLeavesDoesNotEndTheLoading() throws Exception {
    try (Models models = models(Models.Settings.defaults(), served("a"))) {
      IllegalArgumentException gone = new IllegalArgumentException("gone");
      ServedModel model = models.find("a").orElseThrow();
      assertThatThrownBy(() ->
              models.lease(
                  model,
                  () -> {
                    throw gone;
                  }))
          .isSameAs(gone);
      assertThat(models.isLoading(model) || models.isLoaded(model)).isTrue();
      ask(models, "a").get().close();
      assertThat(models.loaded()).singleElement().matches(loaded -> loaded.users() == 0);
    }
  }

  @Test
  void aModelThatEverybodyLeftIsLoadedAndExpires() {
    Clock clock = new Clock();
    try (Models models = clock.models(Duration.ofMinutes(3), served("a"))) {
      assertThatThrownBy(() ->
              models.lease(
                  models.list().getFirst(),
                  () -> {
                    throw new IllegalArgumentException("gone");
                  }))
          .hasMessage("gone");
      until(() -> !models.loaded().isEmpty());
      clock.pass(Duration.ofMinutes(4));
      until(() -> models.loaded().isEmpty());
    }
  }

  @Test
  void closesTheLeastRecentlyUsedForAnother() {
    long bytes = Llama.plan(FILE, SMALL).totalBytes();
    try (Models models =
        models(
            new Models.Settings(OptionalLong.of(2 * bytes), Models.Settings.FOREVER),
            served("a"),
            served("b"),
            served("c"))) {
      for (String id : List.of("a", "b", "a", "c")) {
        lease(models, id).close();
      }
      assertThat(ids(models)).containsExactlyInAnyOrder("a", "c");
      assertThat(models.loaded()).allMatch(loaded -> loaded.bytes() == bytes);
      lease(models, "b").close();
      assertThat(ids(models)).containsExactlyInAnyOrder("b", "c");
    }
  }

  @Test
  void doesNotCloseAModelThatAnswers() throws Exception {
    long bytes = Llama.plan(FILE, SMALL).totalBytes();
    try (Models models =
        models(
            new Models.Settings(OptionalLong.of(bytes), Duration.ZERO), served("a"), served("b"))) {
      ModelLease a = lease(models, "a");
      Future<ModelLease> b = ask(models, "b");
      assertThatThrownBy(() -> b.get(1500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      requireAnswer(a.llama());
      assertThat(models.unload(a.model())).isFalse();
      a.close();
      b.get().close();
      until(() -> models.loaded().isEmpty());
    }
  }

  @Test
  void refusesAModelThatCannotHaveRoom() {
    try (Models models =
        models(new Models.Settings(OptionalLong.of(1000), Duration.ZERO), served("a"))) {
      assertThatThrownBy(() -> lease(models, "a"))
          .isInstanceOf(ModelTooLargeException.class)
          .hasMessageContaining("all models together may take 1000")
          .satisfies(e -> {
            Failure told = Failures.of(e); // nothing that a client should try again
            assertThat(told.kind()).isEqualTo(Failure.Kind.NOT_SUPPORTED);
          });
    }
  }

  @Test
  void staysLoadedForAsLongAsWasSaid() {
    Clock clock = new Clock();
    try (Models models = clock.models(Duration.ofMinutes(6), served("a"))) {
      ModelLease first = lease(models, "a");
      Llama llama = first.llama();
      assertThat(models.loaded().getFirst().expires()).isPresent();
      first.close();
      clock.pass(Duration.ofMinutes(5));
      try (ModelLease again = lease(models, "a")) {
        assertThat(again.llama()).isSameAs(llama);
        again.keepAlive(Models.Settings.FOREVER);
      }
      clock.pass(Duration.ofMinutes(12));
      sleep(Duration.ofMillis(600)); // in which it would be closed
      assertThat(models.loaded()).singleElement().matches(loaded -> loaded.expires().isEmpty());
      lease(models, "a").close(); // by the default again
      clock.pass(Duration.ofMinutes(7));
      until(() -> models.loaded().isEmpty());

      try (ModelLease last = lease(models, "a")) {
        assertThat(last.llama()).isNotSameAs(llama);
        last.keepAlive(Duration.ZERO);
      }
      assertThat(models.loaded()).isEmpty();
    }
  }

  @Test
  void aModelThatIsKeptForNoTimeStillAnswersWhoeverWaitedForIt() {
    try (Models models = models(keep(Duration.ZERO), served("a"))) {
      for (int i = 0; i < 3; i++) {
        try (ModelLease lease = lease(models, "a")) {
          requireAnswer(lease.llama());
        }
        assertThat(models.loaded()).isEmpty();
      }
    }
  }

  @Test
  void unloadsWhatHasNothingToDo() {
    try (Models models = models(Models.Settings.defaults(), served("a"))) {
      lease(models, "a").close();
      assertThat(models.isLoaded(models.list().getFirst())).isTrue();
      assertThat(models.unload(models.list().getFirst())).isTrue();
      assertThat(models.isLoaded(models.list().getFirst())).isFalse();
    }
  }

  @Test
  void findsModelsByTheNameThatSaysMost() {
    ServedModel any = served("Llama-3").withAlias("gpt-*").withAlias("*");
    ServedModel other = served("mistral").withAlias("gpt-4o");
    try (Models models = models(Models.Settings.defaults(), any, other)) {
      assertThat(models.find("Llama-3")).hasValue(any);
      assertThat(models.find("llama-3")).hasValue(any);
      assertThat(models.find("LLAMA-3:latest")).hasValue(any);
      assertThat(models.find("gpt-4o")).hasValue(other);
      assertThat(models.find("Mistral")).hasValue(other);
      assertThat(models.find("GPT-4o:latest")).hasValue(other);
      assertThat(models.find("gpt-4")).hasValue(any);
      assertThat(models.find("whatever")).hasValue(any);
    }
    ServedModel part = served("a").withAlias("gpt-*-mini");
    try (Models models = models(Models.Settings.defaults(), part)) {
      assertThat(models.find("gpt-4-mini")).hasValue(part);
      assertThat(models.find("gpt--mini")).hasValue(part);
      assertThat(models.find("GPT-4-mini:latest")).hasValue(part);
      assertThat(models.find("gpt-mini")).isEmpty();
      assertThat(models.find("a:1")).isEmpty();
      assertThat(models.find("")).isEmpty();
    }
    assertThatThrownBy(() -> new Models(List.of(part, part), Models.Settings.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names must differ");
  }

  @Test
  void answersToTheEndWhatIsRemoved() {
    try (Models models = models(Models.Settings.defaults(), served("a"))) {
      ServedModel model = models.list().getFirst();
      ModelLease lease = lease(models, "a");
      assertThat(models.remove("a")).isTrue();
      assertThat(models.remove("a")).isFalse();
      assertThat(models.find("a")).isEmpty();
      assertThatThrownBy(() -> models.lease(model, PATIENT))
          .isInstanceOf(NoSuchElementException.class);
      requireAnswer(lease.llama());
      lease.close();
      requireClosed(lease.llama());
      assertThat(models.add(model)).isTrue();
      assertThat(models.add(model)).isFalse();
    }
  }

  @Test
  void whatIsRemovedAndStillAnswersIsClosedWithTheRest() {
    Models models = models(Models.Settings.defaults(), served("a"));
    ModelLease lease = lease(models, "a");
    assertThat(models.remove("a")).isTrue();
    models.close();
    requireClosed(lease.llama());
    lease.close();
  }

  @Test
  void closingTellsWhoeverWaitsAtOnceAndEndsEverything() throws Exception {
    Models models = models(Models.Settings.defaults(), served("a"), served("b"));
    ModelLease open = lease(models, "a");
    models.loads.lock(); // it is not loaded before all are closed
    try {
      Future<ModelLease> waiting = waiting(models, "b");
      models.close();
      assertThat(failure(waiting)).isInstanceOf(IllegalStateException.class);
    } finally {
      models.loads.unlock();
    }
    requireClosed(open.llama());
    open.close();
    assertThatThrownBy(() -> lease(models, "a")).isInstanceOf(IllegalStateException.class);
    assertThat(models.loaded()).isEmpty();
    models.close();
  }

  private static Models models(Models.Settings settings, ServedModel... models) {
    return new Models(List.of(models), settings);
  }

  private static Models.Settings keep(Duration time) {
    return new Models.Settings(OptionalLong.empty(), time);
  }

  private static ServedModel served(String id) {
    return ServedModel.of(id, FILE, SMALL);
  }

  private static ModelLease lease(Models models, String id) {
    return models.lease(models.find(id).orElse(served(id)), PATIENT);
  }

  private static Future<ModelLease> ask(Models models, String id) {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    Future<ModelLease> asked =
        CompletableFuture.supplyAsync(
            () -> {
              begun.complete(null);
              return lease(models, id);
            },
            Executors.newVirtualThreadPerTaskExecutor());
    begun.join();
    return asked;
  }

  /// Asks for a model that is not loaded; returns when that waits for its loading.
  private static Future<ModelLease> waiting(Models models, String id) {
    CompletableFuture<Void> waits = new CompletableFuture<>();
    Future<ModelLease> asked =
        CompletableFuture.supplyAsync(
            () -> models.lease(models.find(id).orElseThrow(), () -> waits.complete(null)),
            Executors.newVirtualThreadPerTaskExecutor());
    waits.join();
    return asked;
  }

  /// One that stands still unless a test moves it.
  private static final class Clock {
    private final AtomicLong nanos = new AtomicLong();

    void pass(Duration time) {
      nanos.addAndGet(time.toNanos());
    }

    Models models(Duration keepAlive, ServedModel... served) {
      return new Models(List.of(served), keep(keepAlive), nanos::get);
    }
  }

  private static Throwable failure(Future<ModelLease> asked) throws InterruptedException {
    try {
      asked.get().close();
      throw new AssertionError("a model was loaded");
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      return cause instanceof CompletionException ? requireNonNull(cause.getCause()) : cause;
    }
  }

  private static void requireAnswer(Llama llama) {
    GenerationOptions one = GenerationOptions.greedy().withMaxTokens(1);
    assertThat(llama.generate(Prompt.text("Once upon a"), one).await()).isNotNull();
  }

  private static void requireClosed(Llama llama) {
    assertThatThrownBy(() -> requireAnswer(llama))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private static List<String> ids(Models models) {
    return models.loaded().stream().map(loaded -> loaded.model().id()).toList();
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      sleep(Duration.ofMillis(1));
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path embeddedFile() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("puna.home")))) {
      return files.filter(file -> file.toString().endsWith(".gguf")).findFirst().orElseThrow();
    }
  }
}
