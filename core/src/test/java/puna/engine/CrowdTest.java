package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.error.OverloadedException;
import puna.grammar.mask.TokenMask;

/// Many requests at once: who goes first, what may wait, and that none is in another's way.
@Timeout(60)
class CrowdTest {
  private static final int CONTEXT = 96;

  private final List<String> order = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(1);

  @Test
  void tokensDrawnOnSeveralThreadsAreThoseOfEachAlone() throws Exception {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 96, 8, 64).withWorkers(3);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      Random random = TestSeed.random(5);
      List<int[]> prompts = new ArrayList<>();
      List<Collector> answers = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        prompts.add(Requests.prompt(i, 1 + random.nextInt(50)));
        answers.add(new Collector());
        engine.generate(Requests.greedy(prompts.get(i), 20), answers.get(i));
      }
      for (int i = 0; i < prompts.size(); i++) {
        answers.get(i).await();
        assertThat(answers.get(i).tokens())
            .as("request %s", i)
            .isEqualTo(FakeDecoder.greedy(prompts.get(i), 20));
      }
    }
  }

  @Test
  void whatIsAdmittedKeepsItsPlaceSinceBlocksForAllOfItAreCounted() throws Exception {
    // 24 blocks of 8: three requests of 64 tokens fit, not the eight that have places
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 24, 8, 64);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      List<Collector> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(new Collector());
        engine.generate(Requests.greedy(Requests.prompt(i, 24), 40), answers.get(i));
      }
      for (Collector answer : answers) {
        assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      }
      assertThat(engine.gauge().timesPutBack()).isZero();
    }
  }

  @Test
  void aHigherRankGoesFirst() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, QueueLimits.DEFAULT);
        Gate _ = new Gate(steps)) {
      List<Named> all = new ArrayList<>();
      all.add(ask(engine, "first", terms(0, "")));
      decoder.awaitStep(0);
      all.add(ask(engine, "low", terms(-1, "")));
      all.add(ask(engine, "normal", terms(0, "")));
      all.add(ask(engine, "another", terms(0, "")));
      steps.release(1_000);
      awaitAll(all);
      assertThat(order).containsExactly("first", "normal", "another", "low");
    }
  }

  @Test
  void aHigherRankTakesThePlaceOfALowerWhichGoesOnLater() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, QueueLimits.DEFAULT);
        Gate _ = new Gate(steps)) {
      List<Named> all = new ArrayList<>();
      all.add(ask(engine, "low", terms(-1, "")));
      decoder.awaitStep(0);
      steps.release(2);
      decoder.awaitStep(2);
      all.add(ask(engine, "high", terms(1, "")));
      steps.release(1_000);
      awaitAll(all);
      assertThat(order).containsExactly("high", "low");
      assertThat(engine.gauge().timesPutBack()).isEqualTo(1);
    }
  }

  @Test
  void callersGetEqualSharesHoweverMuchTheyAsk() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, QueueLimits.DEFAULT);
        Gate _ = new Gate(steps)) {
      List<Named> all = new ArrayList<>();
      all.add(ask(engine, "a1", terms(0, "a")));
      decoder.awaitStep(0);
      for (int i = 2; i <= 4; i++) {
        all.add(ask(engine, "a" + i, terms(0, "a")));
      }
      all.add(ask(engine, "b1", terms(0, "b")));
      all.add(ask(engine, "b2", terms(0, "b")));
      steps.release(1_000);
      awaitAll(all);
      assertThat(order.subList(0, 5)).containsExactly("a1", "b1", "a2", "b2", "a3");
    }
  }

  @Test
  void moreThanMayWaitIsRefusedByNumbers() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, new QueueLimits(2, 100, Optional.empty()));
        Gate _ = new Gate(steps)) {
      List<Named> all = new ArrayList<>();
      all.add(ask(engine, "running", Terms.NONE));
      decoder.awaitStep(0);
      all.add(ask(engine, "one", Terms.NONE));
      all.add(ask(engine, "two", Terms.NONE));
      assertThatThrownBy(() -> ask(engine, "three", Terms.NONE))
          .isInstanceOf(OverloadedException.class)
          .hasMessage(
              "at most 2 requests with 100 tokens may wait, found 2 with 20 waiting, and 1 with 10 more");
      steps.release(1_000);
      awaitAll(all);
      // one that is longer than the limit may wait alone
      Collector longer = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 90), 2), longer);
      assertThat(longer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
    }
  }

  @Test
  void whatWaitsTooLongFails() throws Exception {
    Semaphore steps = new Semaphore(0);
    QueueLimits limits = new QueueLimits(10, 1_000, Optional.of(Duration.ofMillis(500)));
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, limits);
        Gate _ = new Gate(steps)) {
      Named running = ask(engine, "running", Terms.NONE);
      decoder.awaitStep(0);
      Named waiting = ask(engine, "waiting", Terms.NONE);
      clock.addAndGet(600_000_000);
      steps.release(1_000);
      assertThatThrownBy(waiting::await)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("a request may wait for 500 ms, and nothing was begun for this one");
      assertThat(running.await().ending()).isEqualTo(Ending.MAX_TOKENS);
    }
  }

  @Test
  void aDeadlineEndsWhatRunsAndWhatWaits() throws Exception {
    Semaphore steps = new Semaphore(0);
    Terms late = new Terms(0, "", Optional.of(Duration.ofMillis(500)), Guesses.NONE);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = engine(decoder, QueueLimits.DEFAULT);
        Gate _ = new Gate(steps)) {
      Named running = ask(engine, "running", late);
      decoder.awaitStep(0);
      Named waiting = ask(engine, "waiting", late);
      steps.release(2);
      decoder.awaitStep(2);
      clock.addAndGet(600_000_000);
      steps.release(1);
      assertThat(running.await().ending()).isEqualTo(Ending.DEADLINE);
      assertThat(waiting.await().ending()).isEqualTo(Ending.DEADLINE);
      assertThat(running.tokens()).hasSizeBetween(1, 3);
      assertThat(waiting.tokens()).isEmpty();
    }
  }

  @Test
  void aMaskThatThrowsFailsItsOwnRequest() throws Exception {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 96, 8, 64).withWorkers(2);
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      int[] prompt = Requests.prompt(1, 10);
      Request plain = Requests.greedy(prompt, 5);
      Collector bad = new Collector();
      Collector good = new Collector();
      Request.Drawing broken =
          new Request.Drawing(
              plain.sampling(), id -> false, id -> new byte[0], Optional.of(new Broken()));
      engine.generate(
          new Request(
              plain.content(), 5, broken, plain.stops(), plain.decoder(), plain.logProbabilities()),
          bad);
      engine.generate(Requests.greedy(prompt, 5), good);
      assertThatThrownBy(bad::await).hasRootCauseMessage("broken mask");
      good.await();
      assertThat(good.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 5));
    }
  }

  private Named ask(Engine engine, String name, Terms terms) {
    Named answer = new Named(name);
    int[] prompt = Requests.prompt(name.hashCode(), 10);
    engine.generate(List.of(Requests.greedy(prompt, 4)), List.of(answer), terms);
    return answer;
  }

  private static void awaitAll(List<Named> answers) throws Exception {
    for (Named answer : answers) {
      assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(answer.tokens())
          .isEqualTo(FakeDecoder.greedy(Requests.prompt(answer.name.hashCode(), 10), 4));
    }
  }

  private static Terms terms(int rank, String caller) {
    return new Terms(rank, caller, Optional.empty(), Guesses.NONE);
  }

  /// One place, and a clock that stands unless a test moves it: nobody is late, or counts as of a
  /// higher rank, because the machine is slow.
  private Engine engine(FakeDecoder decoder, QueueLimits limits) {
    Engine.Settings settings = new Engine.Settings(CONTEXT, 1, limits, Duration.ofDays(1));
    return new Engine(decoder, settings, null, clock::get);
  }

  private static FakeDecoder gated(Semaphore steps) {
    return new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 96, 8, KvType.F16), 64, steps);
  }

  /// Opens the gate before the engine is closed, which would wait for a step for ever.
  private record Gate(Semaphore steps) implements AutoCloseable {
    @Override
    public void close() {
      steps.release(1_000_000);
    }
  }

  /// Writes its name down when it ends.
  private final class Named extends Collector {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public synchronized void ended(String rest, Outcome end) {
      order.add(name);
      super.ended(rest, end);
    }
  }

  private static final class Broken implements TokenMask {
    @Override
    public boolean apply(float[] logits) {
      throw new IllegalStateException("broken mask");
    }

    @Override
    public void accept(int token) {}
  }
}
