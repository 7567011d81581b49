package puna.tensor;

import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// The extents of a tensor in GGUF's order: `ne0` varies fastest and is the number of columns of a
/// row. Absent axes are 1.
public record Shape(int rank, long ne0, long ne1, long ne2, long ne3) {
  public static final int MAX_RANK = 4;

  /// @throws IllegalArgumentException unless there are 1 to 4 extents, none below 1
  public static Shape of(long... extents) {
    if (extents.length < 1 || extents.length > MAX_RANK) {
      throw new IllegalArgumentException("a shape has 1 to 4 extents, found " + extents.length);
    }
    long[] ne = {1, 1, 1, 1};
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] < 1) {
        throw new IllegalArgumentException(
            "extent " + axis + " must be at least 1, found " + extents[axis]);
      }
      ne[axis] = extents[axis];
    }
    return new Shape(extents.length, ne[0], ne[1], ne[2], ne[3]);
  }

  /// Whether both have the same extents; how many extents of 1 are written out does not matter.
  public boolean sameExtents(Shape other) {
    return ne0 == other.ne0 && ne1 == other.ne1 && ne2 == other.ne2 && ne3 == other.ne3;
  }

  /// Elements a row.
  public long columns() {
    return ne0;
  }

  /// Rows of all higher axes together.
  ///
  /// @throws ArithmeticException on overflow
  public long rows() {
    return Math.multiplyExact(Math.multiplyExact(ne1, ne2), ne3);
  }

  /// @throws ArithmeticException on overflow
  public long elements() {
    return Math.multiplyExact(ne0, rows());
  }

  /// The extents as files and messages write them: `576 × 49152`.
  @Override
  public String toString() {
    return LongStream.of(ne0, ne1, ne2, ne3)
        .limit(rank)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" × "));
  }
}
