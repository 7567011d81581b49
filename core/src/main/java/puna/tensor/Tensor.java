package puna.tensor;

import java.lang.foreign.MemorySegment;

/// A named block of numbers in a file or in memory, which never computes.
///
/// @param content exactly `type.byteSize(shape.elements())` bytes, little-endian
public record Tensor(String name, TensorType type, Shape shape, StoredBytes content) {
  public Tensor {
    long expected = type.byteSize(shape.elements());
    if (content.size() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: %s of %s takes %s bytes, found %s"
              .formatted(name, type, shape, expected, content.size()));
    }
  }

  /// A tensor in memory.
  public Tensor(String name, TensorType type, Shape shape, MemorySegment memory) {
    this(name, type, shape, StoredBytes.of(memory));
  }

  /// Bytes of all elements.
  public long byteSize() {
    return content.size();
  }

  /// The first `rows` rows alone.
  public Tensor firstRows(long rows) {
    return new Tensor(
        name, type, Shape.of(shape.columns(), rows), content.slice(0, rows * rowBytes()));
  }

  /// The first `columns` columns of a single row alone.
  ///
  /// @throws IllegalArgumentException when they are no whole blocks of the type
  public Tensor firstColumns(long columns) {
    return new Tensor(name, type, Shape.of(columns), content.slice(0, type.byteSize(columns)));
  }

  /// Bytes a row of `shape.columns()` elements.
  public long rowBytes() {
    return type.byteSize(shape.columns());
  }
}
