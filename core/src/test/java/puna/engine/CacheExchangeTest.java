package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.engine.CacheExchange.Incoming;
import puna.engine.CacheExchange.Known;
import puna.engine.CacheExchange.Outgoing;

/// Blocks that leave one engine and go on in another.
@Timeout(60)
class CacheExchangeTest {
  private static final int CONTEXT = 96;
  private static final int WIDTH = 8;

  private static Engine engine(int blocks) {
    return new Engine(new FakeDecoder(CONTEXT, blocks, WIDTH, 16), CONTEXT, 4);
  }

  private static Outcome answer(Engine engine, int[] prompt, int count) throws Exception {
    Collector heard = new Collector();
    engine.generate(Requests.greedy(prompt, count), heard);
    Outcome end = heard.await();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, count));
    return end;
  }

  /// Copies what goes out of one engine into another.
  ///
  /// @return how many blocks there was room for
  private static int move(Outgoing blocks, Engine target) throws InterruptedException {
    int count = 0;
    try (blocks;
        Incoming incoming = target.exchange().incoming()) {
      MemorySegment copy = Arena.ofAuto().allocate(8L * WIDTH); // the engine's thread writes to it
      for (Known known : blocks.blocks()) {
        blocks.read(known, copy);
        if (!incoming.add(known.parent(), known.tokens(), copy)) {
          return count;
        }
        count++;
      }
    }
    return count;
  }

  @Test
  void aMovedBeginningIsTakenUpAndRight() throws Exception {
    int[] prompt = Requests.prompt(1, 37);
    try (Engine first = engine(12);
        Engine second = engine(12)) {
      answer(first, prompt, 4);
      assertThat(move(first.exchange().beginning(prompt), second)).isEqualTo(4);
      assertThat(answer(second, prompt, 6).cachedTokens()).isEqualTo(4 * WIDTH);
      assertThat(move(first.exchange().beginning(new int[] {5, 6}), second)).isZero();
    }
  }

  @Test
  void theLastUsedGoFirstAndEachBehindWhatItFollows() throws Exception {
    int[] common = Requests.prompt(1, 16);
    List<int[]> prompts = new ArrayList<>();
    try (Engine first = engine(12);
        Engine second = engine(12)) {
      for (int i = 0; i < 3; i++) {
        int[] prompt = Arrays.copyOf(common, 26);
        System.arraycopy(Requests.prompt(2 + i, 10), 0, prompt, 16, 10);
        prompts.add(prompt);
        answer(first, prompt, 1);
      }
      assertThat(move(first.exchange().recent(4), second)).isEqualTo(4);
      assertThat(answer(second, prompts.get(2), 3).cachedTokens()).isEqualTo(3 * WIDTH);
      assertThat(answer(second, prompts.get(1), 3).cachedTokens()).isEqualTo(3 * WIDTH);
      assertThat(answer(second, prompts.get(0), 3).cachedTokens()).isEqualTo(2 * WIDTH);
      assertThat(move(first.exchange().recent(0), second)).isZero();
    }
  }

  @Test
  void anyNumberOfBlocksMovesEachBehindWhatItFollows() throws Exception {
    int[] older = Requests.prompt(1, 90);
    int[] newer = Requests.prompt(2, 90);
    try (Engine first = engine(60);
        Engine second = engine(60)) {
      answer(first, older, 1);
      answer(first, newer, 1);
      assertThat(move(first.exchange().recent(60), second)).isEqualTo(22);
      assertThat(answer(second, older, 2).cachedTokens()).isEqualTo(88);
      assertThat(answer(second, newer, 2).cachedTokens()).isEqualTo(88);
    }
  }

  @Test
  void whatImagesAndAdaptersArePartOfStays() throws Exception {
    int[] prompt = Requests.prompt(1, 28);
    ContentKey key = ContentKey.of((byte) 1);
    PromptContent.Image image = new PromptContent.Image(10, 4, key);
    try (Engine engine = engine(24)) {
      answer(engine, new PromptContent(prompt, List.of(), key));
      assertThat(known(engine.exchange().recent(24))).isEmpty();
      assertThat(known(engine.exchange().beginning(prompt))).isEmpty();
      answer(engine, new PromptContent(prompt, List.of(image), ContentKey.NONE));
      int[] first = Arrays.copyOf(prompt, WIDTH); // before the image
      assertThat(known(engine.exchange().recent(24))).containsExactly(first);
      assertThat(known(engine.exchange().beginning(prompt))).containsExactly(first);
    }
  }

  private static void answer(Engine engine, PromptContent content) throws Exception {
    Request plain = Requests.greedy(content.tokens(), 1);
    Collector heard = new Collector();
    engine.generate(
        new Request(
            content, 1, plain.drawing(), plain.stops(), plain.decoder(), plain.logProbabilities()),
        heard);
    heard.await();
  }

  private static List<int[]> known(Outgoing blocks) {
    try (blocks) {
      return blocks.blocks().stream().map(Known::tokens).toList();
    }
  }

  @Test
  void whatWasGivenBackIsNotGivenBackTwice() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    try (Engine first = engine(6);
        Engine second = engine(12)) {
      answer(first, prompt, 1);
      Outgoing closed = first.exchange().beginning(prompt);
      closed.close();
      Outgoing blocks = first.exchange().beginning(prompt);
      closed.close();
      for (int i = 0; i < 5; i++) {
        answer(first, Requests.prompt(5 + i, 18), 2);
      }
      assertThat(move(blocks, second)).isEqualTo(3);
      assertThat(answer(second, prompt, 6).cachedTokens()).isEqualTo(2 * WIDTH);
    }
  }

  @Test
  void whatWasPutInIsGivenBackOnce() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    try (Engine first = engine(12);
        Engine second = engine(6);
        Engine third = engine(12)) {
      answer(first, prompt, 1);
      Incoming incoming = second.exchange().incoming();
      MemorySegment copy = Arena.ofAuto().allocate(8L * WIDTH);
      Outgoing blocks = first.exchange().beginning(prompt);
      for (Known known : blocks.blocks()) {
        blocks.read(known, copy);
        assertThat(incoming.add(known.parent(), known.tokens(), copy)).isTrue();
      }
      incoming.close();
      Outgoing held = second.exchange().beginning(prompt);
      incoming.close();
      answer(second, Requests.prompt(5, 20), 2); // recycles what nobody holds
      assertThat(move(held, third)).isEqualTo(3);
      int[] longer = Arrays.copyOf(prompt, 28);
      Arrays.fill(longer, 24, 28, 5);
      assertThat(answer(third, longer, 4).cachedTokens()).isEqualTo(24);
      answer(second, Requests.prompt(6, 40), 4); // needs all six blocks
    }
  }

  @Test
  void ofABeginningWholeBlocksAreTakenOut() throws Exception {
    int[] prompt = new int[17]; // whose second block ends with zeros
    Arrays.fill(prompt, 0, 9, 5);
    try (Engine engine = engine(6)) {
      answer(engine, prompt, 1);
      assertThat(known(engine.exchange().beginning(prompt))).hasSize(2);
      assertThat(known(engine.exchange().beginning(Arrays.copyOf(prompt, 9)))).hasSize(1);
      assertThat(known(engine.exchange().beginning(Arrays.copyOf(prompt, 16)))).hasSize(2);
    }
  }

  @Test
  void whatHasNoRoomStaysOut() throws Exception {
    int[] prompt = Requests.prompt(1, 80);
    try (Engine first = engine(12);
        Engine second = engine(4)) {
      answer(first, prompt, 1);
      assertThat(move(first.exchange().beginning(prompt), second)).isEqualTo(4);
      answer(second, Requests.prompt(9, 20), 4); // all blocks came back
      assertThat(second.gauge().blocksReusable()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void itLeavesTheBlocksThatRunningRequestsMayComeTo() throws Exception {
    Semaphore steps = new Semaphore(0);
    KvShape shape = new KvShape(1, 1, 2, 6, WIDTH, KvType.F16);
    int[] prompt = Requests.prompt(1, 40);
    int[] other = Requests.prompt(2, 4);
    try (Engine first = engine(12);
        Engine second = new Engine(new FakeDecoder(CONTEXT, shape, 16, steps), CONTEXT, 4)) {
      answer(first, prompt, 1);
      Collector heard = new Collector();
      second.generate(Requests.greedy(other, 28), heard); // comes to 4 blocks of 6
      steps.release(1);
      AtomicReference<Integer> moved = new AtomicReference<>();
      Thread mover =
          Thread.startVirtualThread(() -> {
            try {
              moved.set(move(first.exchange().beginning(prompt), second));
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      steps.release(1000);
      mover.join();
      heard.await();
      assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(other, 28));
      assertThat(second.gauge().timesPutBack()).isZero();
      assertThat(moved.get()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void blocksThatGoOutAreNotRecycledMeanwhile() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    try (Engine first = engine(6);
        Engine second = engine(12)) {
      answer(first, prompt, 1);
      Outgoing blocks = first.exchange().beginning(prompt);
      for (int i = 0; i < 5; i++) {
        answer(first, Requests.prompt(5 + i, 18), 2);
      }
      assertThat(move(blocks, second)).isEqualTo(3);
      assertThat(answer(second, prompt, 6).cachedTokens()).isEqualTo(2 * WIDTH);
      answer(first, Requests.prompt(50, 40), 4); // needs all six blocks
    }
  }

  @Test
  void aRequestThatNeedsThemAllWaitsUntilTheyAreBack() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    int[] large = Requests.prompt(2, 40);
    try (Engine engine = engine(6)) {
      answer(engine, prompt, 1);
      Collector heard = new Collector();
      try (Outgoing blocks = engine.exchange().beginning(prompt)) {
        assertThat(blocks.blocks()).hasSize(3);
        engine.generate(Requests.greedy(large, 4), heard);
        Thread.sleep(50);
      }
      heard.await();
      assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(large, 4));
    }
  }

  @Test
  void aClosedEngineGivesNothingAndTakesNothing() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    Engine engine = engine(6);
    answer(engine, prompt, 1);
    Outgoing blocks = engine.exchange().beginning(prompt);
    Incoming incoming = engine.exchange().incoming();
    MemorySegment copy = Arena.ofAuto().allocate(8L * WIDTH);
    Known known = blocks.blocks().getFirst();
    engine.close();
    assertThatIllegalStateException().isThrownBy(() -> engine.exchange().beginning(prompt));
    assertThatIllegalStateException().isThrownBy(() -> blocks.read(known, copy));
    assertThatIllegalStateException().isThrownBy(() -> incoming.add(-1, new int[WIDTH], copy));
    blocks.close();
    incoming.close();
  }

  @Test
  void anInterruptedCallerLeavesNothingHeld() throws Exception {
    int[] prompt = Requests.prompt(1, 24);
    try (Engine engine = engine(6)) {
      answer(engine, prompt, 1);
      for (int i = 0; i < 50; i++) {
        Thread.currentThread().interrupt();
        try {
          engine.exchange().beginning(prompt).close();
        } catch (InterruptedException expected) {
          continue; // it was not done yet
        }
        assertThat(Thread.interrupted()).isTrue();
      }
      answer(engine, Requests.prompt(2, 40), 4); // needs all six
    }
  }

  @Test
  void aBlockOfTheWrongSizeIsRefusedAndNothingIsLost() throws Exception {
    try (Engine engine = engine(6);
        Incoming incoming = engine.exchange().incoming()) {
      MemorySegment small = Arena.ofAuto().allocate(8);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> incoming.add(-1, new int[WIDTH], small));
      answer(engine, Requests.prompt(2, 40), 4);
    }
  }
}
