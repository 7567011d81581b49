package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import puna.backend.KvCache;
import puna.backend.KvLayer;
import puna.backend.KvShape;

/// Keys and values in native memory, layer by layer.
final class CpuKvCache implements KvCache {
  private final KvShape shape;
  private final Arena arena = Arena.ofShared();
  private final List<Layer> layers = new ArrayList<>();

  /// One layer's keys and values.
  static final class Layer implements KvLayer {
    private final KvSlab keys;
    private final KvSlab values;
    private AttentionTask.Call call;

    Layer(KvSlab keys, KvSlab values) {
      this.keys = keys;
      this.values = values;
      this.call = new AttentionTask.Call(FloatMatrix.none(), FloatMatrix.none(), keys, values, 0);
    }

    KvSlab keys() {
      return keys;
    }

    KvSlab values() {
      return values;
    }

    /// Attention to this layer, the same object for the same buffers.
    @SuppressWarnings("ReferenceEquality")
    AttentionTask.Call call(FloatMatrix out, FloatMatrix queries, int window) {
      if (call.out() != out || call.queries() != queries || call.window() != window) {
        call = new AttentionTask.Call(out, queries, keys, values, window);
      }
      return call;
    }

    @Override
    public KvShape shape() {
      return keys.shape();
    }
  }

  CpuKvCache(KvShape shape, KernelProvider provider) {
    SegmentAllocator memory = provider.weightMemory(arena);
    this.shape = shape;
    long slabBytes = shape.bytes() / (2L * shape.layers());
    try {
      for (int layer = 0; layer < shape.layers(); layer++) {
        layers.add(
            new Layer(
                new KvSlab(shape, memory.allocate(slabBytes, FloatMatrix.ALIGNMENT)),
                new KvSlab(shape, memory.allocate(slabBytes, FloatMatrix.ALIGNMENT))));
      }
    } catch (OutOfMemoryError e) {
      arena.close();
      throw e;
    }
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
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
