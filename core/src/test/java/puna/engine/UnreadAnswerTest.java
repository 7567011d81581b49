package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;

/// Answers that nobody reads, where all places are taken.
@Timeout(60)
class UnreadAnswerTest {
  private static final int CONTEXT = 96;

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 36, 8, KvType.F16), 16, steps);

  @Test
  void giveTheirPlaceToOneThatIsAwaitedAndGoOnLater() throws Exception {
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      int[] prompt = Requests.prompt(1, 9);
      Collector unread = new Unread();
      engine.generate(Requests.greedy(prompt, 60), unread);
      steps.release(3);
      int[] other = Requests.prompt(2, 7);
      Collector awaited = new Collector();
      engine.generate(Requests.greedy(other, 4), awaited);
      steps.release(20);
      assertThat(awaited.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(awaited.tokens()).isEqualTo(FakeDecoder.greedy(other, 4));
      assertThat(unread.hasEnded()).isFalse();
      steps.release(1_000);
      assertThat(unread.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(unread.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 60));
    }
  }

  @Test
  void keepTheirPlaceWhereNobodyWaits() throws Exception {
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      Collector first = new Unread();
      engine.generate(Requests.greedy(Requests.prompt(1, 9), 10), first);
      steps.release(2);
      Collector second = new Unread();
      engine.generate(Requests.greedy(Requests.prompt(2, 7), 10), second);
      steps.release(1_000);
      first.await();
      second.await();
      assertThat(decoder.batchSizes())
          .containsExactly(9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void letTheOthersOfTheirPromptReadIt() throws Exception {
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      int[] prompt = Requests.prompt(3, 40);
      Collector unread = new Unread();
      Collector awaited = new Collector();
      engine.generate(
          List.of(Requests.greedy(prompt, 5), Requests.greedy(prompt, 5)),
          List.of(unread, awaited),
          Terms.NONE);
      steps.release(1_000);
      assertThat(awaited.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(unread.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(awaited.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 5));
      assertThat(unread.tokens()).isEqualTo(awaited.tokens());
    }
  }

  private static final class Unread extends Collector {
    @Override
    public boolean isRead() {
      return false;
    }
  }
}
