package puna.checkpoint.huggingface;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.safetensors.StoredArray;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// Numbers of 64 bits, rounded to 32 when they are read.
final class Doubles {
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Doubles() {}

  static Tensor decoded(String name, Shape shape, StoredArray array) {
    int columns = Math.toIntExact(shape.columns());
    return TensorViews.computed(
        name,
        TensorType.F32,
        shape,
        (row, target) -> {
          MemorySegment doubles = MemorySegment.ofArray(new byte[Math.multiplyExact(columns, 8)]);
          array.content().read(row * doubles.byteSize(), doubles);
          for (int column = 0; column < columns; column++) {
            float value = (float) doubles.getAtIndex(DOUBLE, column);
            target.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, column, value);
          }
        });
  }
}
