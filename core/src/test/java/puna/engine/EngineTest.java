package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;

@Timeout(60)
class EngineTest {
  private static final int CONTEXT = 96;

  @Test
  void generatesGreedily() throws Exception {
    try (Engine engine = engine(12, 16)) {
      int[] prompt = Requests.prompt(1, 21);
      Collector answer = new Collector();
      engine.generate(Requests.greedy(prompt, 30), answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(answer.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 30));
      assertThat(answer.text()).isEqualTo(Requests.text(FakeDecoder.greedy(prompt, 30)));
    }
  }

  @Test
  void nothingRunsOnceAllAnswersHaveEnded() throws Exception {
    try (Engine engine = engine(12, 16)) {
      Collector answer = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 4), answer);
      answer.await();
      // the two are written down one after the other; this test's own time is the bound
      while (engine.gauge().running() > 0 || engine.gauge().blocksHeld() > 0) {
        Thread.sleep(1);
      }
      assertThat(engine.gauge().running()).isZero();
      assertThat(engine.gauge().blocksHeld()).isZero();
    }
  }

  @Test
  void aCrowdGetsTheSameAnswersAsEachAloneThoughBlocksRunOut() throws Exception {
    // 12 blocks of 8 hold one context; 16 requests at once must be put back now and then
    try (Engine engine = engine(12, 16)) {
      Random random = TestSeed.random(3);
      List<Integer> lengths = random.ints(40, 1, 90).boxed().toList();
      List<Collector> answers = new ArrayList<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < lengths.size(); i++) {
        Collector answer = new Collector();
        answers.add(answer);
        int[] prompt = Requests.prompt(i % 5, lengths.get(i));
        callers.add(
            Thread.startVirtualThread(() -> engine.generate(Requests.greedy(prompt, 25), answer)));
      }
      for (int i = 0; i < lengths.size(); i++) {
        callers.get(i).join();
        int[] prompt = Requests.prompt(i % 5, lengths.get(i));
        int count = Math.min(25, CONTEXT - prompt.length);
        Outcome outcome = answers.get(i).await();
        assertThat(answers.get(i).tokens())
            .as("request %d of %d tokens", i, prompt.length)
            .isEqualTo(FakeDecoder.greedy(prompt, count));
        assertThat(outcome.ending())
            .isEqualTo(count == 25 ? Ending.MAX_TOKENS : Ending.CONTEXT_FULL);
      }
    }
  }

  @Test
  void aPromptThatWasSeenIsNotComputedAgain() throws Exception {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 24, 8, 64);
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      int[] prompt = Requests.prompt(1, 40);
      Collector first = new Collector();
      engine.generate(Requests.greedy(prompt, 9), first);
      assertThat(first.await().cachedTokens()).isZero();

      // one token at least is computed again: its logits are wanted
      Collector again = new Collector();
      engine.generate(Requests.greedy(prompt, 9), again);
      assertThat(again.await().cachedTokens()).isEqualTo(32);
      assertThat(again.tokens()).isEqualTo(first.tokens());
      assertThat(decoder.batchSizes()).startsWith(40).contains(8);

      // the conversation goes on: its answer is known too
      int[] longer = new int[49];
      System.arraycopy(prompt, 0, longer, 0, 40);
      System.arraycopy(first.tokens(), 0, longer, 40, 8);
      longer[48] = 17;
      Collector next = new Collector();
      engine.generate(Requests.greedy(longer, 5), next);
      assertThat(next.await().cachedTokens()).isEqualTo(48);
      assertThat(next.tokens()).isEqualTo(FakeDecoder.greedy(longer, 5));
    }
  }

  @Test
  void endsAtAnEndTokenWhichHasNoText() throws Exception {
    try (Engine engine = engine(12, 4)) {
      int[] prompt = Requests.prompt(1, 10);
      int[] expected = FakeDecoder.greedy(prompt, 20);
      int end = expected[7];
      int at = 0;
      while (expected[at] != end) {
        at++;
      }
      Request plain = Requests.greedy(prompt, 20);
      Collector answer = new Collector();
      engine.generate(
          new Request(
              prompt,
              20,
              plain.sampling(),
              new Request.Stops(List.of(), id -> id == end),
              plain.decoder()),
          answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.END_TOKEN);
      assertThat(answer.tokens()).hasSize(at + 1).endsWith(end);
      assertThat(answer.text()).hasSize(at);
    }
  }

  @Test
  void endsBeforeAStopStringThatIsSplitOverTokens() throws Exception {
    try (Engine engine = engine(12, 4)) {
      int[] prompt = Requests.prompt(1, 10);
      String whole = Requests.text(FakeDecoder.greedy(prompt, 20));
      String stop = whole.substring(9, 13);
      Request plain = Requests.greedy(prompt, 20);
      Collector answer = new Collector();
      engine.generate(
          new Request(
              prompt,
              20,
              plain.sampling(),
              new Request.Stops(List.of(stop, "not there"), id -> false),
              plain.decoder()),
          answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.STOP_STRING);
      assertThat(answer.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    }
  }

  @Test
  void stopsAtTheLastPositionOfTheContext() throws Exception {
    try (Engine engine = engine(12, 4)) {
      Collector full = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, CONTEXT), 5), full);
      assertThat(full.await().ending()).isEqualTo(Ending.CONTEXT_FULL);
      assertThat(full.tokens()).isEmpty();

      Collector oneLeft = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, CONTEXT - 1), 5), oneLeft);
      assertThat(oneLeft.await().ending()).isEqualTo(Ending.CONTEXT_FULL);
      assertThat(oneLeft.tokens()).hasSize(1);
    }
  }

  @Test
  void aCacheSmallerThanTheContextIsTheContext() {
    try (Engine engine = new Engine(new FakeDecoder(CONTEXT, 3, 8, 16), CONTEXT, 4)) {
      assertThat(engine.context()).isEqualTo(24);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> engine.generate(Requests.greedy(Requests.prompt(1, 25), 1), new Collector()))
          .withMessage("a sequence must have from 1 token to the context of 24, found 25");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> engine.generate(Requests.greedy(new int[0], 1), new Collector()))
          .withMessageContaining("found 0");
    }
  }

  @Test
  void noTokensOnlyReadsThePrompt() throws Exception {
    try (Engine engine = engine(12, 4)) {
      Collector none = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 40), 0), none);
      assertThat(none.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(none.tokens()).isEmpty();

      Collector one = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 40), 1), one);
      assertThat(one.await().cachedTokens()).isEqualTo(32);
      assertThat(one.tokens()).hasSize(1);
    }
  }

  @Test
  void aFailingStepFailsItsRequestsAndNoOthers() throws Exception {
    try (Engine engine = engine(12, 4)) {
      Collector bad = new Collector();
      engine.generate(Requests.greedy(new int[] {1, FakeDecoder.FAILING_TOKEN}, 5), bad);
      assertThatThrownBy(bad::await)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("the device is on fire");

      int[] prompt = Requests.prompt(4, 12);
      Collector good = new Collector();
      engine.generate(Requests.greedy(prompt, 5), good);
      good.await();
      assertThat(good.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 5));
    }
  }

  @Test
  void badLogitsFailOneRequestOfAStep() throws Exception {
    Semaphore steps = new Semaphore(0);
    try (Engine engine = new Engine(gated(steps), CONTEXT, 4)) {
      int[] prompt = Requests.prompt(4, 12);
      Collector good = new Collector();
      Collector bad = new Collector();
      engine.generate(Requests.greedy(prompt, 5), good);
      engine.generate(Requests.greedy(new int[] {3, FakeDecoder.NAN_TOKEN}, 5), bad);
      steps.release(1000);
      assertThatThrownBy(bad::await).hasMessageContaining("found NaN for token 5");
      good.await();
      assertThat(good.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 5));
    }
  }

  @Test
  void aListenerThatThrowsEndsItsRequestAndNoOther() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    int[] prompt = Requests.prompt(4, 12);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      Collector good = new Collector();
      engine.generate(Requests.greedy(prompt, 40), good);
      for (int tokens = 0; tokens < 3; tokens++) {
        engine.generate(Requests.greedy(new int[] {7}, 60), new Broken(tokens));
        engine.generate(Requests.greedy(new int[] {7}, tokens), new Broken(tokens));
      }
      Sequence cancelled = engine.generate(Requests.greedy(new int[] {7}, 60), new Broken(60));
      cancelled.cancel();
      steps.release(1000); // all are there now, and the good one is the longest
      good.await();
      assertThat(good.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 40));
      Collector next = new Collector();
      int before = decoder.batchSizes().size();
      engine.generate(Requests.greedy(new int[] {9}, 3), next);
      next.await();
      assertThat(decoder.batchSizes().subList(before, before + 3)).containsExactly(1, 1, 1);
    }
  }

  @Test
  void cancellingTakesEffectAtTheNextStep() throws Exception {
    Semaphore steps = new Semaphore(3);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      Collector running = new Collector();
      Collector waiting = new Collector();
      Sequence first = engine.generate(Requests.greedy(Requests.prompt(1, 5), 90), running);
      Sequence second = engine.generate(Requests.greedy(Requests.prompt(2, 5), 90), waiting);
      decoder.awaitStep(3); // within it, so that the second does not begin between the two
      first.cancel();
      second.cancel();
      steps.release(1);
      assertThat(running.await().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(waiting.await().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(running.tokens().length).isBetween(3, 4);
      assertThat(waiting.tokens()).isEmpty();
      steps.release(100);
    }
  }

  @Test
  void closingEndsWhatRunsAndWhatWaits() throws Exception {
    Semaphore steps = new Semaphore(2);
    FakeDecoder decoder = gated(steps);
    Engine engine = new Engine(decoder, CONTEXT, 1);
    Collector running = new Collector();
    Collector waiting = new Collector();
    engine.generate(Requests.greedy(Requests.prompt(1, 5), 90), running);
    engine.generate(Requests.greedy(Requests.prompt(2, 5), 90), waiting);
    decoder.awaitStep(2);
    Thread closer = Thread.startVirtualThread(engine::close);
    // closing waits for the step that waits for its permit
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    steps.release(1000);
    closer.join();
    assertThat(running.await().ending()).isEqualTo(Ending.CLOSED);
    assertThat(waiting.await().ending()).isEqualTo(Ending.CLOSED);
    assertThat(decoder.isClosed()).isTrue();
    engine.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> engine.generate(Requests.greedy(new int[] {1}, 1), new Collector()))
        .withMessage("the engine is closed");
  }

  @Test
  void aShortPromptDoesNotWaitForALongOne() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = gated(steps);
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      Collector first = new Collector();
      Collector second = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 90), 3), first);
      engine.generate(Requests.greedy(Requests.prompt(2, 6), 1), second);
      steps.release(2);
      // the first step may have begun before the second request came; the next one holds it whole
      second.await();
      assertThat(first.tokens()).isEmpty();
      steps.release(1000);
      first.await();
      assertThat(decoder.batchSizes()).startsWith(16, 16);
    }
  }

  @Test
  void survivesARandomWorkload() throws Exception {
    Random random = TestSeed.random(11);
    try (Engine engine = engine(14, 6)) {
      for (int round = 0; round < 40; round++) {
        List<Collector> answers = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          int[] prompt = Requests.prompt(random.nextInt(3), 1 + random.nextInt(70));
          int count = 1 + random.nextInt(25);
          Collector answer = new Collector();
          Sequence sequence = engine.generate(Requests.greedy(prompt, count), answer);
          if (random.nextInt(4) == 0) {
            sequence.cancel();
          }
          answers.add(answer);
          expected.add(FakeDecoder.greedy(prompt, count));
        }
        for (int i = 0; i < answers.size(); i++) {
          boolean cancelled = answers.get(i).await().ending() == Ending.CANCELLED;
          int[] tokens = answers.get(i).tokens();
          int[] wanted = Arrays.copyOf(expected.get(i), tokens.length);
          assertThat(tokens).as("round %d, answer %d of seed 11", round, i).isEqualTo(wanted);
          assertThat(cancelled || tokens.length == expected.get(i).length).isTrue();
        }
      }
    }
  }

  private static Engine engine(int blocks, int maxConcurrent) {
    return new Engine(new FakeDecoder(CONTEXT, blocks, 8, 16), CONTEXT, maxConcurrent);
  }

  private static FakeDecoder gated(Semaphore steps) {
    return new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 24, 8, KvType.F16), 16, steps);
  }

  /// Throws at whatever it hears but its first tokens.
  private static final class Broken implements AnswerListener {
    private int tokens;

    Broken(int tokens) {
      this.tokens = tokens;
    }

    @Override
    public void token(AnswerToken token) {
      if (tokens-- == 0) {
        throw new IllegalStateException("disk full");
      }
    }

    @Override
    public void ended(String rest, Outcome outcome) {
      throw new IllegalStateException("disk full");
    }

    @Override
    public void failed(Throwable cause) {
      throw new IllegalStateException("disk full", cause);
    }
  }
}
