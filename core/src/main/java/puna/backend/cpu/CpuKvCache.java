package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;
import puna.backend.Visibility;

/// Keys and values in native memory, block by block: each block's lie together, layer by layer the
/// keys and then the values.
///
/// A block takes its memory when it is first written, since a context is rarely used in full, and
/// keeps it: nothing is copied or moved as the cache fills, and no step waits for more than the
/// memory of the blocks that it begins.
final class CpuKvCache implements KvCache {
  private final KvShape shape;
  private final List<Layer> layers = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final SegmentAllocator memory; // of `arena`
  private final MemorySegment[] blocks; // empty before they are first written
  private final long blockBytes; // what one takes, padding included
  private @Nullable Batch reserved;
  private long reservedEdition;

  /// One layer's keys and values.
  static final class Layer implements KvLayer {
    private final CpuKvCache cache;
    private final KvSlab keys;
    private final KvSlab values;
    private AttentionTask.Call call;

    Layer(CpuKvCache cache, long keysAt, long valuesAt) {
      this.cache = cache;
      this.keys = new KvSlab(cache.shape, cache.shape.keyType(), cache.blocks, keysAt);
      this.values = new KvSlab(cache.shape, cache.shape.valueType(), cache.blocks, valuesAt);
      this.call =
          new AttentionTask.Call(
              FloatMatrix.none(), FloatMatrix.none(), keys, values, new Visibility.Causal());
    }

    KvSlab keys() {
      return keys;
    }

    KvSlab values() {
      return values;
    }

    /// Takes memory for the blocks that a step writes, in all layers.
    void reserve(Batch batch) {
      cache.reserve(batch);
    }

    /// Attention to this layer, the same object for the same buffers.
    @SuppressWarnings("ReferenceEquality")
    AttentionTask.Call call(FloatMatrix out, FloatMatrix queries, Visibility visibility) {
      if (call.out() != out || call.queries() != queries || call.visibility() != visibility) {
        call = new AttentionTask.Call(out, queries, keys, values, visibility);
      }
      return call;
    }

    @Override
    public KvShape shape() {
      return keys.shape();
    }
  }

  CpuKvCache(KvShape shape, KernelProvider provider) {
    this.shape = shape;
    this.memory = provider.weightMemory(arena);
    this.blocks = new MemorySegment[shape.blocks()];
    Arrays.fill(blocks, MemorySegment.NULL);
    long keyBytes = aligned(shape.blockBytes(shape.keyType()));
    long layerBytes = keyBytes + aligned(shape.blockBytes(shape.valueType()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      long at = layer * layerBytes;
      layers.add(new Layer(this, at, at + keyBytes));
    }
    this.blockBytes = Math.multiplyExact((long) shape.layers(), layerBytes);
  }

  @SuppressWarnings("ReferenceEquality") // the batch of a step is one object
  private void reserve(Batch batch) {
    if (reserved == batch && reservedEdition == batch.edition()) {
      return;
    }
    for (int at = 0; at < batch.runCount(); at++) {
      Batch.Run run = batch.run(at);
      int first = run.firstPosition() / shape.blockPositions();
      int last = (run.firstPosition() + run.count() - 1) / shape.blockPositions();
      for (int i = first; i <= last; i++) {
        reserve(run.blocks()[i]);
      }
    }
    reserved = batch;
    reservedEdition = batch.edition();
  }

  private void reserve(int block) {
    if (block < 0 || block >= shape.blocks()) {
      throw new IllegalArgumentException(
          "the cache has blocks 0 to %s, not %s".formatted(shape.blocks() - 1, block));
    }
    if (isUnwritten(block)) {
      blocks[block] = memory.allocate(blockBytes, FloatMatrix.ALIGNMENT);
    }
  }

  private boolean isUnwritten(int block) {
    return blocks[block].byteSize() == 0;
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, FloatMatrix.ALIGNMENT) * FloatMatrix.ALIGNMENT;
  }

  @Override
  public KvShape shape() {
    return shape;
  }

  @Override
  public KvLayer layer(int index) {
    return layers.get(index);
  }

  @Override
  public void readBlock(int block, MemorySegment target) {
    requireBlock(block, target);
    if (isUnwritten(block)) {
      target.fill((byte) 0);
      return;
    }
    long at = 0;
    for (Layer layer : layers) {
      at = copy(layer.keys.block(block), target, at);
      at = copy(layer.values.block(block), target, at);
    }
  }

  /// @return where the next copy goes
  private static long copy(MemorySegment source, MemorySegment target, long at) {
    MemorySegment.copy(source, 0, target, at, source.byteSize());
    return at + source.byteSize();
  }

  @Override
  public void writeBlock(int block, MemorySegment source) {
    requireBlock(block, source);
    reserve(block);
    long at = 0;
    for (Layer layer : layers) {
      at = fill(layer.keys.block(block), source, at);
      at = fill(layer.values.block(block), source, at);
    }
  }

  /// @return where the next copy comes from
  private static long fill(MemorySegment target, MemorySegment source, long at) {
    MemorySegment.copy(source, at, target, 0, target.byteSize());
    return at + target.byteSize();
  }

  private void requireBlock(int block, MemorySegment memory) {
    if (block < 0 || block >= shape.blocks()) {
      throw new IndexOutOfBoundsException(
          "the cache has blocks 0 to %s, not %s".formatted(shape.blocks() - 1, block));
    }
    if (memory.byteSize() != shape.bytesPerBlock()) {
      throw new IllegalArgumentException(
          "a block of the cache has %s bytes, not %s"
              .formatted(shape.bytesPerBlock(), memory.byteSize()));
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
