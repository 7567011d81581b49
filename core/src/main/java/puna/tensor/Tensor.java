package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A named block of numbers in a file or in memory, which never computes.
///
/// @param content exactly `type.byteSize(shape.elements())` bytes, little-endian
/// @param scales what the numbers in `content` are multiplied by; empty where they are the elements
public record Tensor(
    String name, TensorType type, Shape shape, StoredBytes content, Optional<ScaleGrid> scales) {
  public Tensor {
    long expected = type.byteSize(shape.elements());
    if (content.size() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: %s of %s takes %s bytes, found %s"
              .formatted(name, type, shape, expected, content.size()));
    }
    if (scales.isPresent()) {
      scales.get().requireFor(name, shape);
    }
  }

  /// A tensor whose numbers are its elements.
  public Tensor(String name, TensorType type, Shape shape, StoredBytes content) {
    this(name, type, shape, content, Optional.empty());
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
        name, type, Shape.of(shape.columns(), rows), content.slice(0, rows * rowBytes()), scales);
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
