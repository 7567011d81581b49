package puna.tensor;

import java.lang.foreign.MemorySegment;

/// A named block of numbers in a file: a view of bytes that never computes.
///
/// @param data exactly `type.byteSize(shape.elements())` bytes, little-endian, read-only
public record Tensor(String name, TensorType type, Shape shape, MemorySegment data) {
  public Tensor {
    long expected = type.byteSize(shape.elements());
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: %s of %s takes %d bytes, found %d"
              .formatted(name, type, shape, expected, data.byteSize()));
    }
  }

  /// The first `rows` rows alone.
  public Tensor firstRows(long rows) {
    return new Tensor(
        name, type, Shape.of(shape.columns(), rows), data.asSlice(0, rows * rowBytes()));
  }

  /// Bytes a row of `shape.columns()` elements.
  public long rowBytes() {
    return type.byteSize(shape.columns());
  }
}
