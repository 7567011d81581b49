package puna.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// A model made in a test: metadata and float32 tensors in memory.
public final class MemoryTensors implements TensorSource {
  private final Arena arena = Arena.ofShared();
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

  public MemoryTensors with(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  public MemoryTensors without(String name) {
    metadata.remove(name);
    tensors.remove(name);
    return this;
  }

  public MemoryTensors with(String name, Shape shape, float[] values) {
    MemorySegment data = arena.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    tensors.put(name, new Tensor(name, TensorType.F32, shape, data));
    return this;
  }

  @Override
  public String origin() {
    return "test model";
  }

  @Override
  public Metadata metadata() {
    return new Metadata(origin(), metadata);
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    arena.close();
  }
}
