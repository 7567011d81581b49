package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.error.OverloadedException;

/// Texts read for their states, by a decoder whose states tell of every token before them.
class EmbedderTest {
  private static final int CONTEXT = 64;

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder gated =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 40, 4, KvType.F16), 24, steps);

  @ParameterizedTest
  @EnumSource
  void eachTextHasItsOwnVectorHoweverManyShareTheSteps(Pooling pooling) throws Exception {
    Random random = TestSeed.random(7);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      texts.add(random.ints(1 + random.nextInt(CONTEXT), 1, 60).toArray());
    }
    // blocks for a few of them, and steps that cut them
    try (Engine engine =
        new Engine(new FakeDecoder(CONTEXT, 40, 4, 24).withWorkers(3), CONTEXT, 8)) {
      List<Embedder.Pooled> found = new Embedder(engine, pooling, Terms.NONE).embed(texts);
      assertThat(found).hasSameSizeAs(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(found.get(i).vector())
            .as("text %s", i)
            .containsExactly(expected(pooling, texts.get(i)), within(1e-5f));
      }
    }
  }

  @Test
  void statesAreNotBoundedByTheOutputsOfAStep() throws Exception {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 40, 4, 60);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      assertThat(new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(List.of(text(50))))
          .hasSize(1);
    }
    assertThat(decoder.maxOutputs()).isLessThan(50);
    assertThat(decoder.batchSizes()).containsExactly(50);
  }

  @Test
  void theLastStateNeedsNoTokenThatTheCacheKnows() throws Exception {
    try (Engine engine = new Engine(new FakeDecoder(CONTEXT, 40, 4, 24), CONTEXT, 8)) {
      Embedder embedder = new Embedder(engine, Pooling.LAST, Terms.NONE);
      float[] cold = embedder.embed(List.of(text(30))).getFirst().vector();
      Embedder.Pooled warm = embedder.embed(List.of(text(30))).getFirst();
      assertThat(warm.cachedTokens()).isEqualTo(28);
      assertThat(warm.vector()).isEqualTo(cold);
    }
  }

  @Test
  void manyTextsFitAShortQueue() throws Exception {
    QueueLimits short3 = new QueueLimits(3, 1000, Optional.empty());
    try (Engine engine =
        new Engine(
            new FakeDecoder(CONTEXT, 40, 4, 24),
            new Engine.Settings(CONTEXT, 2, short3, Duration.ofDays(1)))) {
      List<int[]> texts = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        texts.add(text(1 + i % 40));
      }
      assertThat(new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(texts)).hasSize(100);
    }
  }

  @Test
  void aTextThatFailsIsTold() {
    try (Engine engine = new Engine(new FakeDecoder(CONTEXT, 40, 4, 24), CONTEXT, 8)) {
      int[] bad = text(5);
      bad[3] = FakeDecoder.FAILING_TOKEN;
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(List.of(bad)))
          .withMessageContaining("on fire");
    }
  }

  @Test
  void whoIsInterruptedWhileItWaitsLeavesNoWorkBehind() throws Exception {
    waiting().leavesNoWorkBehindWhenItIsInterrupted();
  }

  @Test
  void whoWaitsHearsThatTheEngineIsClosed() throws Exception {
    waiting().hearsThatTheEngineIsClosed("the engine was closed while it read a text");
  }

  private WaitingReader waiting() {
    return new WaitingReader(
        gated,
        steps,
        engine -> {
          Embedder embedder = new Embedder(engine, Pooling.MEAN, Terms.NONE);
          return () -> embedder.embed(List.of(text(60), text(50)));
        });
  }

  @Test
  void withTimeEnoughAllAreRead() throws Exception {
    Terms minute = new Terms(0, "", Optional.of(Duration.ofMinutes(1)), Guesses.NONE);
    steps.release(1_000);
    try (Engine engine = new Engine(gated, CONTEXT, 1)) {
      assertThat(new Embedder(engine, Pooling.MEAN, minute).embed(List.of(text(9), text(20))))
          .hasSize(2);
    }
  }

  @Test
  void refusesATextThatIsLongerThanTheContext() {
    try (Engine engine = new Engine(gated, CONTEXT, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(List.of(text(65))))
          .withMessage("a sequence must have from 1 token to the context of 64, found 65");
    }
  }

  @Test
  void whereTooManyOthersWaitNothingIsRead() throws Exception {
    QueueLimits one = new QueueLimits(1, 1000, Optional.empty());
    try (Engine engine =
        new Engine(gated, new Engine.Settings(CONTEXT, 1, one, Duration.ofDays(1)))) {
      engine.generate(Requests.greedy(text(5), 2), new Collector());
      gated.awaitStep(0);
      engine.generate(Requests.greedy(text(5), 2), new Collector());
      assertThatExceptionOfType(OverloadedException.class)
          .isThrownBy(() -> new Embedder(engine, Pooling.MEAN, Terms.NONE).embed(List.of(text(9))));
      steps.release(1_000);
    }
  }

  @Test
  void theDeadlineIsOneForAllTexts() {
    AtomicBoolean isOver = new AtomicBoolean();
    Terms terms = new Terms(0, "", Optional.of(Duration.ofMillis(1)), Guesses.NONE);
    try (Engine engine = new Engine(gated, CONTEXT, 1)) {
      Thread _ =
          Thread.startVirtualThread(() -> {
            while (!steps.hasQueuedThreads() && !isOver.get()) {
              LockSupport.parkNanos(10_000);
            }
            LockSupport.parkNanos(30_000_000); // behind the deadline, however late the step began
            steps.release(1000);
          });
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() ->
              new Embedder(engine, Pooling.MEAN, terms)
                  .embed(List.of(text(30), text(40), text(50))))
          .withMessage("the deadline of 1 ms was over before all texts were read");
      isOver.set(true); // where it was over before a step began
    }
  }

  private static int[] text(int tokens) {
    int[] text = new int[tokens];
    Arrays.setAll(text, i -> 1 + i % 59);
    return text;
  }

  private static float[] expected(Pooling pooling, int[] text) {
    return switch (pooling) {
      case FIRST -> FakeDecoder.state(Arrays.copyOf(text, 1));
      case LAST -> FakeDecoder.state(text);
      case MEAN -> {
        double[] sum = new double[FakeDecoder.WIDTH];
        for (int size = 1; size <= text.length; size++) {
          float[] state = FakeDecoder.state(Arrays.copyOf(text, size));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += state[i] / text.length;
          }
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
          mean[i] = (float) sum[i];
        }
        yield mean;
      }
    };
  }
}
