package puna.safetensors;

import java.util.Arrays;
import java.util.stream.Collectors;
import puna.tensor.StoredBytes;

/// An array of a safetensors file, not yet looked into.
///
/// @param shape extents, the slowest first; none for a single number
/// @param content exactly the bytes of its elements, row-major and little-endian
public record StoredArray(String name, ElementType type, long[] shape, StoredBytes content) {
  /// All elements.
  public long elements() {
    long elements = 1;
    for (long extent : shape) {
      elements *= extent; // the reader has checked the product
    }
    return elements;
  }

  /// Elements a row: the fastest extent; 1 for a single number.
  public long columns() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /// Rows of all slower extents together.
  public long rows() {
    return columns() == 0 ? 0 : elements() / columns();
  }

  /// Such as `BF16 [104, 48]`.
  public String describe() {
    return type
        + Arrays.stream(shape)
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", " [", "]"));
  }
}
