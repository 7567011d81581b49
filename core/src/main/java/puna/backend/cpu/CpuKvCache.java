package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;
import puna.backend.NearLayers;
import puna.backend.Visibility;

/// Keys and values in native memory, block by block: each block's lie together, layer by layer the
/// keys and then the values. Near layers have a piece of memory of their own in each block.
///
/// A block takes its memory when it is first written, since a context is rarely used in full, and
/// keeps it, but for that of near layers: nothing is copied or moved as the cache fills, and no
/// step waits for more than the memory of the blocks that it begins.
final class CpuKvCache implements KvCache {
  private final KvShape shape;
  private final List<Layer> layers = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final KvBlocks far;
  private final KvBlocks near; // holds nothing where there are no such layers
  private @Nullable Batch reserved;
  private long reservedEdition;

  /// One layer's keys and values.
  static final class Layer implements KvLayer {
    private final CpuKvCache cache;
    private final KvBlocks blocks;
    private final KvSlab keys;
    private final KvSlab values;
    private AttentionTask.Call call;

    Layer(CpuKvCache cache, KvBlocks blocks) {
      KvShape shape = cache.shape;
      long keysAt = blocks.makeRoom(shape.blockBytes(shape.keyType()));
      long valuesAt = blocks.makeRoom(shape.blockBytes(shape.valueType()));
      this.cache = cache;
      this.blocks = blocks;
      this.keys = new KvSlab(shape, shape.keyType(), blocks.table(), keysAt);
      this.values = new KvSlab(shape, shape.valueType(), blocks.table(), valuesAt);
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
    SegmentAllocator memory = provider.weightMemory(arena);
    this.far = new KvBlocks(shape.blocks(), memory);
    this.near = new KvBlocks(shape.blocks(), memory);
    Set<Integer> nearLayers = shape.near().map(NearLayers::layers).orElse(Set.of());
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(new Layer(this, nearLayers.contains(layer) ? near : far));
    }
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
    far.reserve(block);
    near.reserve(block);
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
    long at = 0;
    for (Layer layer : layers) {
      if (isIn(layer, target)) {
        at = read(layer, layer.keys, block, target, at);
        at = read(layer, layer.values, block, target, at);
      }
    }
  }

  /// Whether a copy of a block has that layer.
  private boolean isIn(Layer layer, MemorySegment copy) {
    return layer.blocks == far || copy.byteSize() == shape.bytesPerBlock();
  }

  /// @return where the next copy goes
  private static long read(Layer layer, KvSlab slab, int block, MemorySegment target, long at) {
    long bytes = slab.shape().blockBytes(slab.type());
    if (layer.blocks.isUnwritten(block)) {
      target.asSlice(at, bytes).fill((byte) 0);
    } else {
      MemorySegment.copy(slab.block(block), 0, target, at, bytes);
    }
    return at + bytes;
  }

  @Override
  public void writeBlock(int block, MemorySegment source) {
    requireBlock(block, source);
    far.reserve(block);
    if (source.byteSize() == shape.bytesPerBlock()) {
      near.reserve(block);
    }
    long at = 0;
    for (Layer layer : layers) {
      if (isIn(layer, source)) {
        at = fill(layer.keys.block(block), source, at);
        at = fill(layer.values.block(block), source, at);
      }
    }
  }

  /// @return where the next copy comes from
  private static long fill(MemorySegment target, MemorySegment source, long at) {
    MemorySegment.copy(source, at, target, 0, target.byteSize());
    return at + target.byteSize();
  }

  @Override
  public void dropNear(int block) {
    near.drop(block);
  }

  private void requireBlock(int block, MemorySegment memory) {
    if (block < 0 || block >= shape.blocks()) {
      throw new IndexOutOfBoundsException(
          "the cache has blocks 0 to %s, not %s".formatted(shape.blocks() - 1, block));
    }
    long bytes = memory.byteSize();
    if (bytes != shape.bytesPerBlock() && bytes != shape.farBytesPerBlock()) {
      throw new IllegalArgumentException(
          "a block of the cache has %s bytes, not %s".formatted(shape.bytesPerBlock(), bytes));
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
