package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.engine.BlockPool.Prefix;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// What is copied for known blocks that were given out anew, where to, and when not.
class OverflowCopiesTest {
  private static final int WIDTH = 16;
  private static final KvShape SHAPE = new KvShape(3, 1, 2, 4, WIDTH, KvType.F16);
  private static final KvShape NEAR =
      SHAPE.with(new NearLayers(Set.of(1), new Visibility.Chunked(64), 2));

  private final AtomicLong clock = new AtomicLong();
  private final CopyCosts costs = new CopyCosts(WIDTH);

  @Test
  void nearLayersAreCopiedWhereABlockHasThem() {
    Copies copies = new Copies(NEAR);
    try (Overflow overflow = overflow(copies, 10)) {
      BlockPool pool = poolThatGaveAway(overflow);
      assertThat(copies.out).containsExactly(NEAR.bytesPerBlock(), NEAR.farBytesPerBlock());
      int rich = pool.share(BlockPool.ROOT, content(1));
      int poor = pool.share(BlockPool.ROOT, content(2));
      assertThat(pool.near().has(rich)).isTrue();
      assertThat(pool.near().has(poor)).isFalse();
      assertThat(pool.near().available()).isEqualTo(2); // no sequence reads them yet
      assertThat(copies.back).containsExactly(NEAR.bytesPerBlock(), NEAR.farBytesPerBlock());
    }
  }

  @Test
  void whatHasNearLayersStaysOutsideUntilThereIsRoomForThem() {
    Copies copies = new Copies(NEAR);
    try (Overflow overflow = overflow(copies, 10)) {
      BlockPool pool = poolThatGaveAway(overflow);
      int one = pool.acquire();
      int other = pool.acquire();
      assertThat(pool.near().acquire(one)).isTrue();
      assertThat(pool.near().acquire(other)).isTrue();
      assertThat(pool.share(BlockPool.ROOT, content(1))).isEqualTo(BlockPool.NONE);
      assertThat(pool.share(BlockPool.ROOT, content(2))).isNotEqualTo(BlockPool.NONE);
      pool.near().release(one);
      pool.release(one);
      assertThat(pool.share(BlockPool.ROOT, content(1))).isNotEqualTo(BlockPool.NONE);
    }
  }

  @Test
  void whereTheCacheCannotGrowNothingComesBackAndNothingIsLost() {
    Copies copies = new Copies(NEAR);
    try (Overflow overflow = overflow(copies, 10)) {
      BlockPool pool = new BlockPool(NEAR, block -> {}, overflow);
      publish(pool, 1, true);
      recycle(pool);
      copies.isFull = true;
      assertThat(pool.share(BlockPool.ROOT, content(1))).isEqualTo(BlockPool.NONE);
      assertThat(pool.available()).isEqualTo(4);
      assertThat(pool.reusable()).isZero();
      assertThat(pool.near().available()).isEqualTo(2);
      copies.isFull = false;
      assertThat(pool.share(BlockPool.ROOT, content(1))).isEqualTo(BlockPool.NONE);
    }
  }

  @Test
  void memoryOfWhatCameBackIsUsedAgain() {
    try (Overflow overflow = overflow(new Copies(SHAPE), 2)) {
      keep(overflow, 1);
      keep(overflow, 2);
      Overflow.Kept taken = overflow.take(prefix(1));
      assertThat(overflow.restore(taken, 0)).isTrue();
      keep(overflow, 3);
      assertThat(overflow.size()).isEqualTo(2);
      assertThat(overflow.take(prefix(3)).memory()).isSameAs(taken.memory());
      assertThat(overflow.find(prefix(2))).isNotNull();
    }
  }

  @Test
  void memoryOfWhatWasComputedAgainIsUsedAgain() {
    try (Overflow overflow = overflow(new Copies(SHAPE), 2)) {
      keep(overflow, 1);
      keep(overflow, 2);
      assertThat(overflow.forget(prefix(1))).isNotNull();
      assertThat(overflow.forget(prefix(1))).isNull();
      keep(overflow, 3);
      assertThat(overflow.find(prefix(2))).isNotNull();
      assertThat(overflow.find(prefix(3))).isNotNull();
    }
  }

  @Test
  void whatTakesLongToCopyOutIsNotCopiedAgain() {
    Copies copies = new Copies(SHAPE);
    try (Overflow overflow = overflow(copies, 10)) {
      costs.computed(100, 1); // nanoseconds of a position
      copies.nanos = 100 * WIDTH;
      keep(overflow, 1);
      keep(overflow, 2);
      assertThat(copies.out).hasSize(1);
      assertThat(overflow.size()).isEqualTo(1);
    }
  }

  @Test
  void whatTakesLongToCopyBackIsComputed() {
    Copies copies = new Copies(SHAPE);
    try (Overflow overflow = overflow(copies, 10)) {
      costs.computed(100, 1);
      keep(overflow, 1);
      keep(overflow, 2);
      copies.nanos = 200 * WIDTH;
      assertThat(overflow.find(prefix(1))).isNotNull();
      assertThat(overflow.restore(overflow.take(prefix(1)), 0)).isTrue();
      assertThat(overflow.find(prefix(2))).isNull();
    }
  }

  @Test
  void memoryIsGivenBackAtTheEnd() {
    Overflow overflow = overflow(new Copies(SHAPE), 2);
    keep(overflow, 1);
    MemorySegment memory = overflow.take(prefix(1)).memory();
    assertThat(memory.scope().isAlive()).isTrue();
    overflow.close();
    assertThat(memory.scope().isAlive()).isFalse();
  }

  @Test
  void nothingIsKeptWhereTheMachineHasNoMemory() {
    KvShape huge = new KvShape(1 << 20, 1 << 10, 1 << 10, 4, 1 << 20, KvType.F16); // exbibytes
    try (Overflow overflow = new Overflow(new Copies(huge), Long.MAX_VALUE, costs, clock::get)) {
      keep(overflow, 1);
      assertThat(overflow.size()).isZero();
    }
  }

  private Overflow overflow(Copies copies, int blocks) {
    return new Overflow(copies, blocks * copies.shape.bytesPerBlock(), costs, clock::get);
  }

  private static void keep(Overflow overflow, int number) {
    overflow.keep(prefix(number), 0, new NearParts(SHAPE, block -> {}));
  }

  private static Prefix prefix(int number) {
    return new Prefix(BlockPool.ROOT, content(number), number);
  }

  private static BlockContent content(int number) {
    return new BlockContent(new int[] {number}, List.of(), ContentKey.NONE);
  }

  /// A pool that knew block 1 with near layers and block 2 without, and has given out both anew.
  private static BlockPool poolThatGaveAway(Overflow overflow) {
    BlockPool pool = new BlockPool(NEAR, block -> {}, overflow);
    publish(pool, 1, true);
    publish(pool, 2, false);
    recycle(pool);
    return pool;
  }

  /// Publishes a block and gives it back.
  private static void publish(BlockPool pool, int number, boolean withNear) {
    int block = pool.acquire();
    if (withNear) {
      assertThat(pool.near().acquire(block)).isTrue();
    }
    long _ = pool.publish(block, BlockPool.ROOT, content(number));
    if (withNear) {
      pool.near().release(block);
    }
    pool.release(block);
  }

  /// Lets all blocks be given out anew.
  private static void recycle(BlockPool pool) {
    List<Integer> all = new ArrayList<>();
    while (pool.available() > 0) {
      all.add(pool.acquire());
    }
    all.forEach(pool::release);
  }

  /// Copies that take their time by the test's clock.
  private final class Copies implements Decoder {
    private final KvShape shape;
    private final List<Long> out = new ArrayList<>(); // bytes
    private final List<Long> back = new ArrayList<>();
    private long nanos;
    private boolean isFull;

    Copies(KvShape shape) {
      this.shape = shape;
    }

    @Override
    public void readBlock(int block, MemorySegment target) {
      out.add(target.byteSize());
      clock.addAndGet(nanos);
    }

    @Override
    public void writeBlock(int block, MemorySegment source) {
      if (isFull) {
        throw new OutOfMemoryError("no room");
      }
      back.add(source.byteSize());
      clock.addAndGet(nanos);
    }

    @Override
    public KvShape kvShape() {
      return shape;
    }

    @Override
    public void dropNear(int block) {}

    @Override
    public LlamaConfig config() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int maxBatch() {
      return 1;
    }

    @Override
    public boolean forward(Batch batch, BooleanSupplier isWanted) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readLogits(int output, float[] target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readState(int state, float[] target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
