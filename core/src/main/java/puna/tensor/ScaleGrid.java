package puna.tensor;

import java.util.function.LongUnaryOperator;

/// What the numbers of a matrix are multiplied by: one scale for each block of rows × columns. A
/// whole row or the whole matrix may be one block; blocks at the right and lower border may be
/// smaller.
///
/// @param values (blocks across × blocks down), a floating-point type
/// @param blockRows rows that share a scale
/// @param blockColumns columns that share a scale
public record ScaleGrid(Tensor values, long blockRows, long blockColumns) {
  public ScaleGrid {
    if (blockRows < 1 || blockColumns < 1) {
      throw new IllegalArgumentException(
          "blocks must have rows and columns, found %s × %s".formatted(blockRows, blockColumns));
    }
  }

  /// Scales of a row.
  public int across() {
    return Math.toIntExact(values.shape().columns());
  }

  /// The row of `values` that a row of the matrix is multiplied by.
  public long down(long row) {
    return row / blockRows;
  }

  /// @throws IllegalArgumentException when there is no scale for some elements of the shape
  void requireFor(String name, Shape shape) {
    long across = Math.ceilDiv(shape.columns(), blockColumns);
    long down = Math.ceilDiv(shape.rows(), blockRows);
    if (values.shape().columns() != across || values.shape().rows() < down) {
      throw new IllegalArgumentException(
          "tensor %s: %s in blocks of %s × %s needs %s × %s scales, found %s"
              .formatted(name, shape, blockColumns, blockRows, across, down, values.shape()));
    }
  }

  /// The grid of some rows of the matrix alone.
  ///
  /// @throws IllegalArgumentException when they do not begin with a block
  ScaleGrid rows(long first, long count) {
    if (values.shape().rows() == 1) {
      return this;
    }
    if (first % blockRows != 0) {
      throw new IllegalArgumentException(
          "rows with scales must begin with a block of %s rows, found row %s"
              .formatted(blockRows, first));
    }
    long rowBytes = values.rowBytes();
    long down = Math.ceilDiv(count, blockRows);
    Tensor part =
        new Tensor(
            values.name(),
            values.type(),
            Shape.of(across(), down),
            values.content().slice(down(first) * rowBytes, down * rowBytes));
    return new ScaleGrid(part, blockRows, blockColumns);
  }

  /// The grid of the same matrix with its rows in another order, one row a block.
  ///
  /// @param source the row that each row was
  ScaleGrid reordered(long rows, LongUnaryOperator source) {
    long rowBytes = values.rowBytes();
    StoredBytes content = values.content();
    Tensor ordered =
        TensorViews.computed(
            values.name(),
            values.type(),
            Shape.of(across(), rows),
            (row, target) -> content.read(down(source.applyAsLong(row)) * rowBytes, target));
    return new ScaleGrid(ordered, 1, blockColumns);
  }
}
