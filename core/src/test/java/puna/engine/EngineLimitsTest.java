package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.error.OverloadedException;

/// What an engine has room for, what it refuses, and what it says of itself.
@Timeout(60)
class EngineLimitsTest {
  private static final int CONTEXT = 96;
  private static final KvShape SHAPE = new KvShape(1, 1, 2, 24, 8, KvType.F16);

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder decoder = new FakeDecoder(CONTEXT, SHAPE, 16, steps);

  @Test
  void refusesAContextAndAConcurrencyOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Engine(decoder, 0, 4))
        .withMessage("context and maxConcurrent must be 1 or more, found 0 and 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Engine(decoder, CONTEXT, 0))
        .withMessage("context and maxConcurrent must be 1 or more, found 96 and 0");
    try (Engine least = new Engine(decoder, 1, 1)) {
      assertThat(least.context()).isEqualTo(1);
    }
  }

  @Test
  void refusesACacheWithoutNearLayersForOneSequence() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Engine(near(8), CONTEXT, 1))
        .withMessage("a context of 96 needs 9 blocks with near layers, found 8");
    new Engine(near(9), CONTEXT, 1).close();
  }

  private static FakeDecoder near(int nearBlocks) {
    NearLayers near = new NearLayers(Set.of(0), new Visibility.Chunked(8), nearBlocks);
    KvShape shape = new KvShape(2, 1, 2, 24, 8, KvType.F16);
    return new FakeDecoder(CONTEXT, shape.with(near), 2, null);
  }

  @Test
  void saysHowLargeItIs() {
    try (Engine engine = new Engine(decoder, 50, 4)) {
      assertThat(engine.context()).isEqualTo(50);
      assertThat(engine.width()).isEqualTo(FakeDecoder.WIDTH);
      assertThat(engine.blocks()).isEqualTo(24);
      assertThat(engine.blockPositions()).isEqualTo(8);
      assertThat(engine.exchange().shape()).isEqualTo(SHAPE);
    }
  }

  @Test
  void whatRunningAnswersMayComeToIsWrittenDown() {
    try (Engine engine = engine(4, QueueLimits.DEFAULT);
        Gate _ = new Gate(steps)) {
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 20), new Collector());
      decoder.awaitStep(0);
      assertThat(engine.gauge().runningTokens()).isEqualTo(25);
      engine.generate(Requests.greedy(Requests.prompt(2, 60), 50), new Collector());
      steps.release();
      decoder.awaitStep(1);
      assertThat(engine.gauge().runningTokens()).isEqualTo(25 + CONTEXT);
    }
  }

  @Test
  void moreTokensThanMayWaitAreRefusedWhereverTheyWait() {
    try (Engine engine = engine(1, new QueueLimits(10, 30, Optional.empty()));
        Gate _ = new Gate(steps)) {
      ask(engine, 10);
      decoder.awaitStep(0);
      for (int i = 0; i < 3; i++) {
        ask(engine, 10);
      }
      String message =
          "at most 10 requests with 30 tokens may wait, found 3 with 30 waiting, and 1 with 1 more";
      assertThatThrownBy(() -> ask(engine, 1))
          .isInstanceOf(OverloadedException.class)
          .hasMessage(message);
      steps.release();
      decoder.awaitStep(1); // they have come to the scheduler
      assertThatThrownBy(() -> ask(engine, 1))
          .isInstanceOf(OverloadedException.class)
          .hasMessage(message);
    }
  }

  @Test
  void requestsOfOnePromptWaitTogetherOrNotAtAll() {
    try (Engine engine = engine(1, new QueueLimits(3, 1_000, Optional.empty()));
        Gate _ = new Gate(steps)) {
      ask(engine, 5);
      decoder.awaitStep(0);
      ask(engine, 5);
      ask(engine, 5);
      Request request = Requests.greedy(Requests.prompt(9, 7), 2);
      assertThatThrownBy(() ->
              engine.generate(
                  List.of(request, request), List.of(new Collector(), new Collector()), Terms.NONE))
          .isInstanceOf(OverloadedException.class)
          .hasMessageEndingWith("found 2 with 10 waiting, and 2 with 14 more");
      ask(engine, 5);
    }
  }

  @Test
  void aListenerCannotWaitForItsOwnEngine() throws Exception {
    List<String> refused = new ArrayList<>();
    steps.release(1_000);
    try (Engine engine = engine(1, QueueLimits.DEFAULT)) {
      Collector calling =
          new Collector() {
            @Override
            public synchronized void token(AnswerToken token) {
              refused.add(message(engine::close));
              refused.add(message(() -> engine.exchange().beginning(new int[8])));
              refused.add(message(() -> engine.exchange().incoming()));
              refused.add(
                  message(() -> new Scorer(engine, 8, 0).score(new int[8], (at, logits) -> {})));
              refused.add(
                  message(() ->
                      new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(List.of(new int[8]))));
            }
          };
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 1), calling);
      calling.await();
    }
    assertThat(refused)
        .containsExactly(
            "a listener on the engine's own thread cannot close the engine: use another thread",
            "a listener on the engine's own thread cannot wait for its cache: use another thread",
            "a listener on the engine's own thread cannot put blocks into its cache: use another thread",
            "a listener on the engine's own thread cannot wait for a score: use another thread",
            "a listener on the engine's own thread cannot wait for a text to be read: use another thread");
  }

  private static String message(ThrowingCallable call) {
    return String.valueOf(catchThrowable(call).getMessage());
  }

  @Test
  void whoWaitsForTheCacheHearsThatTheEngineIsClosed() throws Exception {
    AtomicReference<Throwable> end = new AtomicReference<>();
    Engine engine = engine(1, QueueLimits.DEFAULT);
    ask(engine, 5);
    decoder.awaitStep(0);
    Thread waiting =
        Thread.startVirtualThread(
            () -> end.set(catchThrowable(() -> engine.exchange().beginning(new int[8]))));
    awaitWaiting(waiting);
    Thread closing = Thread.startVirtualThread(engine::close);
    awaitWaiting(closing);
    steps.release(1_000);
    closing.join();
    waiting.join();
    assertThat(end.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the engine is closed");
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private Engine engine(int maxConcurrent, QueueLimits limits) {
    return new Engine(
        decoder, new Engine.Settings(CONTEXT, maxConcurrent, limits, Duration.ofDays(1)));
  }

  private static void ask(Engine engine, int tokens) {
    engine.generate(Requests.greedy(Requests.prompt(tokens, tokens), 40), new Collector());
  }

  /// Opens the gate before the engine is closed, which would wait for a step for ever.
  private record Gate(Semaphore steps) implements AutoCloseable {
    @Override
    public void close() {
      steps.release(1_000_000);
    }
  }
}
