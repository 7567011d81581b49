package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;
import puna.backend.Visibility;

/// Keys and values in native memory, layer by layer.
///
/// Memory grows with the blocks that are written: a context is rarely used in full, and memory that
/// is set aside is filled with zeros, so that it would be resident from the start.
final class CpuKvCache implements KvCache {
  private static final int FIRST_BLOCKS = 4;

  private final KvShape shape;
  private final KernelProvider provider;
  private final List<Layer> layers = new ArrayList<>();
  private Arena arena = Arena.ofShared();
  private int room; // blocks
  private @Nullable Batch reserved;
  private long reservedEdition;

  /// One layer's keys and values.
  static final class Layer implements KvLayer {
    private final CpuKvCache cache;
    private final KvSlab keys;
    private final KvSlab values;
    private AttentionTask.Call call;

    Layer(CpuKvCache cache) {
      this.cache = cache;
      this.keys = new KvSlab(cache.shape, cache.shape.keyType(), MemorySegment.NULL);
      this.values = new KvSlab(cache.shape, cache.shape.valueType(), MemorySegment.NULL);
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

    /// Makes room for the blocks that a step writes, in all layers.
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
    this.provider = provider;
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(new Layer(this));
    }
    grow(Math.min(FIRST_BLOCKS, shape.blocks()));
  }

  @SuppressWarnings("ReferenceEquality") // the batch of a step is one object
  private void reserve(Batch batch) {
    if (reserved == batch && reservedEdition == batch.edition()) {
      return;
    }
    int highest = -1;
    for (int at = 0; at < batch.runCount(); at++) {
      Batch.Run run = batch.run(at);
      int first = run.firstPosition() / shape.blockPositions();
      int last = (run.firstPosition() + run.count() - 1) / shape.blockPositions();
      for (int i = first; i <= last; i++) {
        highest = Math.max(highest, run.blocks()[i]);
      }
    }
    if (highest >= shape.blocks()) {
      throw new IllegalArgumentException(
          "the cache has blocks 0 to %s, not %s".formatted(shape.blocks() - 1, highest));
    }
    makeRoom(highest);
    reserved = batch;
    reservedEdition = batch.edition();
  }

  private void makeRoom(int block) {
    if (block >= room) {
      grow(Math.clamp(room + (room + 1L) / 2, block + 1, shape.blocks()));
    }
  }

  /// Moves all layers to memory for `blocks` blocks.
  private void grow(int blocks) {
    long keyBytes = shape.blockBytes(shape.keyType()) * blocks;
    long valueBytes = shape.blockBytes(shape.valueType()) * blocks;
    long valuesAt = aligned(keyBytes);
    long stride = valuesAt + aligned(valueBytes);
    Arena next = Arena.ofShared();
    try {
      MemorySegment memory =
          provider
              .weightMemory(next)
              .allocate(Math.multiplyExact((long) shape.layers(), stride), FloatMatrix.ALIGNMENT);
      for (int i = 0; i < layers.size(); i++) {
        move(layers.get(i).keys, memory.asSlice(i * stride, keyBytes));
        move(layers.get(i).values, memory.asSlice(i * stride + valuesAt, valueBytes));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      next.close();
      throw e;
    }
    arena.close();
    arena = next;
    room = blocks;
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, FloatMatrix.ALIGNMENT) * FloatMatrix.ALIGNMENT;
  }

  private static void move(KvSlab slab, MemorySegment target) {
    MemorySegment.copy(slab.data(), 0, target, 0, slab.data().byteSize());
    slab.moveTo(target);
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
    if (block >= room) {
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
    makeRoom(block);
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
