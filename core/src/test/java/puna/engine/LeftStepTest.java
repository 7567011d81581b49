package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;

/// Steps that are left in the middle, since what they compute is no longer wanted.
@Timeout(60)
class LeftStepTest {
  private static final int CONTEXT = 96;

  @Test
  void aStepWhoseTokensNobodyWantsAnyMoreIsLeft() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = leaving(steps);
    try (Engine engine = new Engine(decoder, CONTEXT, 16)) {
      int[] short5 = Requests.prompt(1, 5);
      Collector kept = new Collector();
      engine.generate(Requests.greedy(short5, 6), kept);
      decoder.awaitStep(0);
      Collector gone = new Collector();
      Sequence longOne = engine.generate(Requests.greedy(Requests.prompt(2, 90), 6), gone);
      steps.release();
      decoder.awaitStep(1); // of one token of the one, and 15 of the other
      longOne.cancel();
      steps.release();
      assertThat(gone.await().ending()).isEqualTo(Ending.CANCELLED);
      steps.release(1_000);
      assertThat(kept.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(kept.tokens()).isEqualTo(FakeDecoder.greedy(short5, 6));
      assertThat(decoder.batchSizes()).containsExactly(5, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void aStepThatMostOfItsTokensAreWantedOfIsComputed() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = leaving(steps);
    try (Engine engine = new Engine(decoder, CONTEXT, 16)) {
      Collector gone = new Collector();
      Sequence shortOne = engine.generate(Requests.greedy(Requests.prompt(1, 5), 6), gone);
      decoder.awaitStep(0);
      int[] long40 = Requests.prompt(2, 40);
      Collector kept = new Collector();
      engine.generate(Requests.greedy(long40, 2), kept);
      steps.release();
      decoder.awaitStep(1);
      shortOne.cancel();
      steps.release(1_000);
      assertThat(gone.await().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(kept.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(kept.tokens()).isEqualTo(FakeDecoder.greedy(long40, 2));
      assertThat(decoder.batchSizes()).startsWith(5, 16, 16);
    }
  }

  @Test
  void closingLeavesTheStep() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = leaving(steps);
    Engine engine = new Engine(decoder, CONTEXT, 16);
    Collector answer = new Collector();
    engine.generate(Requests.greedy(Requests.prompt(2, 90), 6), answer);
    decoder.awaitStep(0);
    Thread closing = Thread.startVirtualThread(engine::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    steps.release();
    closing.join();
    assertThat(answer.await().ending()).isEqualTo(Ending.CLOSED);
    assertThat(decoder.batchSizes()).isEmpty();
  }

  private static FakeDecoder leaving(Semaphore steps) {
    return new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 24, 8, KvType.F16), 16, steps)
        .leavingSteps();
  }
}
