package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;

/// Known blocks that were given out anew, and come back.
@Timeout(60)
class OverflowTest {
  private static final long SEED = TestSeed.of(28_200);
  private static final int WIDTH = 8;
  private static final int CONTEXT = 96;
  private static final long BLOCK_BYTES = 8L * WIDTH;

  private final FakeDecoder decoder = new FakeDecoder(CONTEXT, 4, WIDTH, 16);

  private static BlockContent content(int number) {
    int[] tokens = new int[WIDTH];
    Arrays.fill(tokens, number);
    return new BlockContent(tokens, List.of(), ContentKey.NONE);
  }

  /// Publishes a block and gives it back.
  private static long publish(BlockPool pool, long chain, int number) {
    int block = pool.acquire();
    long end = pool.publish(block, chain, content(number));
    pool.release(block);
    return end;
  }

  private static boolean isKnown(BlockPool pool, long chain, int number) {
    int block = pool.share(chain, content(number));
    if (block != BlockPool.NONE) {
      pool.release(block);
    }
    return block != BlockPool.NONE;
  }

  @Test
  void aChainComesBackAndGoesOn() {
    try (Overflow overflow =
        new Overflow(decoder, 100 * BLOCK_BYTES, new CopyCosts(WIDTH), () -> 0)) {
      BlockPool pool = new BlockPool(4, WIDTH, overflow);
      long first = publish(pool, BlockPool.ROOT, 1);
      long second = publish(pool, first, 2);
      for (int number = 10; number < 20; number++) {
        publish(pool, BlockPool.ROOT, number);
      }
      assertThat(isKnown(pool, BlockPool.ROOT, 3)).isFalse();
      int block = pool.share(BlockPool.ROOT, content(1));
      assertThat(pool.chain(block)).isEqualTo(first);
      int next = pool.share(first, content(2));
      assertThat(pool.chain(next)).isEqualTo(second);
      assertThat(pool.holders(next)).isEqualTo(1);
      assertThat(isKnown(pool, second, 1)).isFalse();
      pool.release(next);
      pool.release(block);
    }
  }

  @Test
  void whatIsComputedAgainKeepsWhatFollowsIt() {
    try (Overflow overflow =
        new Overflow(decoder, 100 * BLOCK_BYTES, new CopyCosts(WIDTH), () -> 0)) {
      BlockPool pool = new BlockPool(4, WIDTH, overflow);
      long first = publish(pool, BlockPool.ROOT, 1);
      publish(pool, first, 2);
      for (int number = 10; number < 20; number++) {
        publish(pool, BlockPool.ROOT, number);
      }
      assertThat(publish(pool, BlockPool.ROOT, 1)).isEqualTo(first);
      assertThat(isKnown(pool, first, 2)).isTrue();
    }
  }

  @Test
  void theLongestUnusedGoFirst() {
    try (Overflow overflow =
        new Overflow(decoder, 3 * BLOCK_BYTES + 5, new CopyCosts(WIDTH), () -> 0)) {
      BlockPool pool = new BlockPool(1, WIDTH, overflow);
      for (int number = 1; number <= 6; number++) {
        publish(pool, BlockPool.ROOT, number);
      }
      assertThat(pool.overflowed()).isEqualTo(3);
      assertThat(isKnown(pool, BlockPool.ROOT, 2)).isFalse();
      assertThat(isKnown(pool, BlockPool.ROOT, 5)).isTrue();
      assertThat(isKnown(pool, BlockPool.ROOT, 4)).isTrue();
      assertThat(pool.overflowed()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void nothingIsKeptWhereThereIsNoRoomForABlock() {
    try (Overflow overflow =
        new Overflow(decoder, BLOCK_BYTES - 1, new CopyCosts(WIDTH), () -> 0)) {
      BlockPool pool = new BlockPool(1, WIDTH, overflow);
      publish(pool, BlockPool.ROOT, 1);
      publish(pool, BlockPool.ROOT, 2);
      assertThat(isKnown(pool, BlockPool.ROOT, 1)).isFalse();
      assertThat(pool.overflowed()).isZero();
    }
  }

  /// Each chain's end stands for one text, for ever, whatever is recycled and comes back.
  @Test
  void neverMixesTwoTextsUp() {
    Random random = new Random(SEED);
    try (Overflow overflow =
        new Overflow(decoder, 5 * BLOCK_BYTES, new CopyCosts(WIDTH), () -> 0)) {
      BlockPool pool = new BlockPool(4, WIDTH, overflow);
      Map<Long, String> texts = new HashMap<>();
      for (int round = 0; round < 20_000; round++) {
        List<Integer> held = new ArrayList<>();
        long chain = BlockPool.ROOT;
        String text = "";
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
          int number = random.nextInt(3);
          text += number;
          int block = pool.share(chain, content(number));
          if (block == BlockPool.NONE) {
            block = pool.acquire();
            assertThat(block).as("seed %s", SEED).isNotEqualTo(BlockPool.NONE);
            chain = pool.publish(block, chain, content(number));
          } else {
            chain = pool.chain(block);
          }
          held.add(block);
          String known = texts.putIfAbsent(chain, text);
          assertThat(known == null ? text : known).as("seed %s", SEED).isEqualTo(text);
        }
        held.reversed().forEach(pool::release);
        assertThat(pool.available()).isEqualTo(4);
      }
    }
  }

  @Test
  void answersAreRightAndBeginningsAreFoundAlthoughTheCacheIsSmall() throws Exception {
    KvShape shape = new KvShape(1, 1, 2, 8, WIDTH, KvType.F16);
    FakeDecoder steady = new FakeDecoder(CONTEXT, shape, 16, null);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 4, QueueLimits.DEFAULT, Duration.ofDays(1), 1 << 20);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      prompts.add(Requests.prompt(i, 40));
    }
    int cached = 0;
    try (Engine engine = new Engine(steady, settings, null, steady.clock())) {
      for (int round = 0; round < 3; round++) {
        for (int[] prompt : prompts) {
          Collector heard = new Collector();
          engine.generate(Requests.greedy(prompt, 6), heard);
          cached += heard.await().cachedTokens();
          assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 6));
        }
      }
      assertThat(engine.gauge().blocksOverflowed()).isPositive();
    }
    assertThat(cached).isGreaterThanOrEqualTo(10 * 32); // of 12 prompts that come again
  }

  @Test
  void anAnswerThatWasPausedNeedNotBeComputedAgain() throws Exception {
    int kept = computedWithAPause(1 << 20);
    int forgotten = computedWithAPause(0);
    assertThat(forgotten - kept).isBetween(4 * WIDTH, 6 * WIDTH);
  }

  /// A request gives its place, and then all its blocks, to one of a higher rank, and goes on.
  ///
  /// @return tokens that were computed for both
  private static int computedWithAPause(long overflowBytes) throws Exception {
    Semaphore steps = new Semaphore(0);
    KvShape shape = new KvShape(1, 1, 2, 8, WIDTH, KvType.F16);
    FakeDecoder decoder = new FakeDecoder(CONTEXT, shape, 64, steps);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 1, QueueLimits.DEFAULT, Duration.ofDays(1), overflowBytes);
    int[] low = Requests.prompt(1, 40);
    int[] high = Requests.prompt(2, 60);
    try (Engine engine = new Engine(decoder, settings, null, decoder.clock())) {
      Collector first = new Collector();
      engine.generate(Requests.greedy(low, 8), first);
      steps.release(2);
      decoder.awaitStep(2);
      Collector second = new Collector();
      Terms urgent = new Terms(1, "", Optional.empty(), Guesses.NONE);
      engine.generate(List.of(Requests.greedy(high, 3)), List.of(second), urgent);
      steps.release(1000);
      second.await();
      first.await();
      assertThat(first.tokens()).isEqualTo(FakeDecoder.greedy(low, 8));
      assertThat(second.tokens()).isEqualTo(FakeDecoder.greedy(high, 3));
      assertThat(engine.gauge().timesPutBack()).isEqualTo(1);
    }
    return decoder.batchSizes().stream().mapToInt(size -> size).sum();
  }
}
