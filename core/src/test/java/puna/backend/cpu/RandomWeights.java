package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Tensors of any type for kernel tests: random blocks, kept where they decode to moderate numbers.
public final class RandomWeights {
  private static final float LARGEST = 8f;

  private RandomWeights() {}

  public static Tensor random(TensorType type, int rows, int columns, Random random, Arena arena) {
    MemorySegment data = allocate(type, rows, columns, arena);
    byte[] block = new byte[type.blockBytes()];
    float[] values = new float[type.blockSize()];
    for (long offset = 0; offset < data.byteSize(); offset += block.length) {
      do {
        random.nextBytes(block);
        format(type).decode(MemorySegment.ofArray(block), 0, values, 0, values.length);
      } while (!isModerate(values));
      MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, offset, block.length);
    }
    return new Tensor("weights", type, Shape.of(columns, rows), data);
  }

  /// Every weight `value`, as closely as the type's encoder can.
  static Tensor constant(TensorType type, int rows, int columns, float value, Arena arena) {
    MemorySegment data = allocate(type, rows, columns, arena);
    float[] values = new float[rows * columns];
    java.util.Arrays.fill(values, value);
    format(type).encode(values, 0, values.length, data, 0);
    return new Tensor("weights", type, Shape.of(columns, rows), data);
  }

  static float[] decoded(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    format(tensor.type())
        .decode(tensor.content().memory().orElseThrow(), 0, values, 0, values.length);
    return values;
  }

  /// Packs rows of a tensor that lies in memory.
  public static void pack(MatrixKernel kernel, Tensor tensor, PackedMatrix packed, RowRange rows) {
    long from = rows.first() * tensor.rowBytes();
    long size = rows.count() * tensor.rowBytes();
    kernel.pack(tensor.content().memory().orElseThrow().asSlice(from, size), packed, rows);
  }

  static BlockFormat format(TensorType type) {
    return BlockFormats.of(type).orElseThrow();
  }

  private static MemorySegment allocate(TensorType type, int rows, int columns, Arena arena) {
    return arena.allocate(type.byteSize((long) rows * columns), 64);
  }

  private static boolean isModerate(float[] values) {
    float largest = 0;
    for (float value : values) {
      if (!Float.isFinite(value) || Math.abs(value) > LARGEST) {
        return false;
      }
      largest = Math.max(largest, Math.abs(value));
    }
    return largest > LARGEST / 1e5f || values.length == 1;
  }
}
