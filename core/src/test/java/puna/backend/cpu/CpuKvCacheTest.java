package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.tensor.TensorType;

class CpuKvCacheTest {
  private static final int BLOCKS = 1000;
  private static final long SEED = TestSeed.of(20_261_130);

  @ParameterizedTest
  @EnumSource(KvType.class)
  void growsWithTheBlocksThatAreWrittenAndKeepsTheirContents(KvType type) {
    KvShape shape = new KvShape(3, 2, 20, BLOCKS, 8, type);
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory)) {
      Batch batch = new Batch(1);
      for (int block = 0; block < 50; block += 7) {
        write(cache, batch, block);
        for (int layer = 0; layer < 3; layer++) {
          CpuKvCache.Layer at = (CpuKvCache.Layer) cache.layer(layer);
          for (int before = 0; before <= block; before += 7) {
            assertThat(mark(at.keys(), before)).isEqualTo((byte) (before + layer));
            assertThat(mark(at.values(), before)).isEqualTo((byte) (before + layer + 100));
          }
          assertThat(at.keys().address(block, 0, 0, 1) % 64).isZero();
          assertThat(at.values().address(block, 0, 0, 1) % 64).isZero();
        }
        // far from the whole context
        assertThat(memory.bytes * 10).isLessThan(shape.bytes());
      }
    }
  }

  @Test
  void growsToTheLastBlockAndNoFurther() {
    KvShape shape = new KvShape(1, 1, 8, 9, 2, KvType.F32);
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory)) {
      Batch batch = new Batch(1);
      for (int block = 8; block >= 0; block--) {
        write(cache, batch, block);
      }
      assertThat(memory.bytes).isEqualTo(shape.bytes());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> write(cache, batch, 9))
          .withMessageContaining("blocks 0 to 8, not 9");
      assertThat(memory.bytes).isEqualTo(shape.bytes());
    }
  }

  @Test
  void memoryOfNearLayersGoesOnToOtherBlocks() {
    KvShape shape = withNear(new KvShape(3, 1, 8, 100, 2, KvType.F32));
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory)) {
      Batch batch = new Batch(1);
      for (int block = 0; block < 60; block++) {
        write(cache, batch, block);
        cache.dropNear(Math.max(0, block - 3));
      }
      assertThat(memory.bytes)
          .isEqualTo(60 * shape.farBytesPerBlock() + 4 * (shape.bytesPerBlock() / 3 * 2));
      CpuKvCache.Layer far = (CpuKvCache.Layer) cache.layer(1);
      CpuKvCache.Layer near = (CpuKvCache.Layer) cache.layer(2);
      for (int block = 0; block < 60; block++) {
        assertThat(mark(far.keys(), block)).isEqualTo((byte) (block + 1));
        assertThat(near.keys().memory(block).byteSize() > 0).isEqualTo(block > 56);
      }
      assertThat(mark(near.values(), 59)).isEqualTo((byte) (59 + 2 + 100));
      assertThat(mark(near.values(), 57)).isEqualTo((byte) (57 + 2 + 100));
    }
  }

  @Test
  void aBlockIsCopiedWithItsNearLayersOrWithout() {
    KvShape shape = withNear(new KvShape(3, 1, 8, 9, 2, KvType.F32));
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory);
        Arena arena = Arena.ofConfined()) {
      write(cache, new Batch(1), 4);
      MemorySegment whole = arena.allocate(shape.bytesPerBlock());
      MemorySegment far = arena.allocate(shape.farBytesPerBlock());
      cache.readBlock(4, whole);
      cache.readBlock(4, far);
      long layerBytes = far.byteSize();
      assertThat(whole.asSlice(layerBytes, layerBytes).mismatch(far)).isEqualTo(-1);
      long before = memory.bytes;
      cache.writeBlock(5, far);
      assertThat(memory.bytes - before).isEqualTo(layerBytes);
      MemorySegment copy = arena.allocate(shape.bytesPerBlock()).fill((byte) 1);
      cache.readBlock(5, copy);
      assertThat(copy.asSlice(layerBytes, layerBytes).mismatch(far)).isEqualTo(-1);
      assertThat(copy.get(ValueLayout.JAVA_BYTE, layerBytes - 1)).isZero();
      cache.writeBlock(5, whole);
      cache.readBlock(5, copy);
      assertThat(copy.mismatch(whole)).isEqualTo(-1);
    }
  }

  /// All layers but that in the middle.
  private static KvShape withNear(KvShape shape) {
    return shape.with(new NearLayers(Set.of(0, 2), new Visibility.Chunked(4), 4));
  }

  @Test
  void takesNoMemoryBeforeABlockIsWritten() {
    KvShape shape = new KvShape(2, 1, 8, 9, 2, KvType.F32);
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory);
        Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(shape.bytesPerBlock()).fill((byte) 1);
      cache.readBlock(5, copy);
      assertThat(copy.mismatch(arena.allocate(shape.bytesPerBlock()))).isEqualTo(-1);
      assertThat(memory.bytes).isZero();
    }
  }

  @Test
  void takesMemoryForABlockOnceAndForNoOther() {
    KvShape shape = new KvShape(2, 1, 8, BLOCKS, 2, KvType.F32);
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory)) {
      Batch batch = new Batch(1);
      write(cache, batch, BLOCKS - 1);
      write(cache, batch, BLOCKS - 1);
      write(cache, batch, 3);
      write(cache, batch, BLOCKS - 1);
      assertThat(memory.bytes).isEqualTo(2 * shape.bytesPerBlock());
      assertThat(memory.largest).isEqualTo(shape.bytesPerBlock());
    }
  }

  /// So nothing can have been copied either.
  @ParameterizedTest
  @CsvSource({"F16, F16", "F32, Q8_0", "Q4_0, F16", "Q8_0, Q4_0"})
  void neverMovesABlock(KvType keys, KvType values) {
    KvShape shape = new KvShape(3, 2, 36, BLOCKS, 8, keys, values);
    Random random = new Random(SEED);
    Map<Integer, Byte> marks = new HashMap<>();
    Map<Integer, Long> addresses = new HashMap<>();
    try (CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels());
        Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(shape.bytesPerBlock());
      KvSlab slab = ((CpuKvCache.Layer) cache.layer(2)).values();
      for (int i = 0; i < 2 * BLOCKS; i++) {
        int block = random.nextInt(BLOCKS);
        byte mark = (byte) random.nextInt();
        cache.writeBlock(block, copy.fill(mark));
        marks.put(block, mark);
        long address = slab.memory(block).address();
        assertThat(addresses.merge(block, address, (before, _) -> before)).isEqualTo(address);
      }
      assertThat(addresses.values()).doesNotHaveDuplicates();
      marks.forEach((block, mark) -> {
        assertThat(slab.memory(block).address()).isEqualTo(addresses.get(block));
        cache.readBlock(block, copy);
        MemorySegment expected = arena.allocate(shape.bytesPerBlock()).fill(mark);
        assertThat(copy.mismatch(expected)).as("seed %s, block %s", SEED, block).isEqualTo(-1);
      });
    }
  }

  @Test
  void keepsKeysAndValuesOfOneTypeEquallyFarApart() {
    KvShape shape = new KvShape(2, 3, 20, 30, 8, KvType.Q8_0);
    try (CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels())) {
      Batch batch = new Batch(1);
      CpuKvCache.Layer layer = (CpuKvCache.Layer) cache.layer(1);
      for (int block = 0; block < 30; block++) {
        write(cache, batch, block);
        assertThat(apart(layer, block)).isEqualTo(apart(layer, 0));
      }
    }
  }

  @Test
  void goesOnWhereABlockFoundNoMemory() {
    KvShape shape = new KvShape(1, 1, 8, 9, 2, KvType.F32);
    MeteredMemory memory = new MeteredMemory();
    try (CpuKvCache cache = new CpuKvCache(shape, memory)) {
      Batch batch = new Batch(1);
      write(cache, batch, 0);
      memory.isFull = true;
      assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> write(cache, batch, 1));
      memory.isFull = false;
      write(cache, batch, 1);
      CpuKvCache.Layer layer = (CpuKvCache.Layer) cache.layer(0);
      assertThat(mark(layer.keys(), 0)).isEqualTo((byte) 0);
      assertThat(mark(layer.keys(), 1)).isEqualTo((byte) 1);
      assertThat(memory.bytes).isEqualTo(2 * shape.bytesPerBlock());
    }
  }

  @Test
  void givesAllBlocksBackWhenItCloses() {
    KvShape shape = new KvShape(1, 1, 8, 9, 2, KvType.F32);
    CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels());
    Batch batch = new Batch(1);
    write(cache, batch, 0);
    write(cache, batch, 7);
    KvSlab keys = ((CpuKvCache.Layer) cache.layer(0)).keys();
    cache.close();
    cache.close();
    assertThat(keys.memory(0).scope().isAlive()).isFalse();
    assertThat(keys.memory(7).scope().isAlive()).isFalse();
  }

  private static long apart(CpuKvCache.Layer layer, int block) {
    return layer.values().address(block, 0, 0, 1) - layer.keys().address(block, 0, 0, 1);
  }

  private static void write(CpuKvCache cache, Batch batch, int block) {
    batch.clear();
    batch.addRun(0, new int[] {block});
    batch.addToken(1);
    for (int layer = 0; layer < cache.shape().layers(); layer++) {
      CpuKvCache.Layer at = (CpuKvCache.Layer) cache.layer(layer);
      at.reserve(batch);
      setMark(at.keys(), block, block + layer);
      setMark(at.values(), block, block + layer + 100);
    }
  }

  /// The last byte of a block.
  private static byte mark(KvSlab slab, int block) {
    return slab.memory(block).get(ValueLayout.JAVA_BYTE, lastByte(slab));
  }

  private static void setMark(KvSlab slab, int block, int value) {
    slab.memory(block).set(ValueLayout.JAVA_BYTE, lastByte(slab), (byte) value);
  }

  private static long lastByte(KvSlab slab) {
    return slab.offset(slab.shape().kvHeads(), 0) - 1;
  }

  /// Says how much it gave, and gives nothing more when it is told to.
  private static final class MeteredMemory implements KernelProvider {
    private final ScalarKernels scalar = new ScalarKernels();
    private long bytes;
    private long largest;
    private boolean isFull;

    @Override
    public String tier() {
      return scalar.tier();
    }

    @Override
    public String description() {
      return scalar.description();
    }

    @Override
    public Optional<MatrixKernel> kernelFor(TensorType type) {
      return scalar.kernelFor(type);
    }

    @Override
    public Optional<FloatKernels> floatKernels() {
      return scalar.floatKernels();
    }

    @Override
    public SegmentAllocator weightMemory(Arena arena) {
      return (size, alignment) -> {
        if (isFull) {
          throw new OutOfMemoryError("full");
        }
        bytes += size;
        largest = Math.max(largest, size);
        return arena.allocate(size, alignment);
      };
    }
  }
}
