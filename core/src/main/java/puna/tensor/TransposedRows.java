package puna.tensor;

import java.lang.foreign.MemorySegment;

/// Matrices read the other way round: their columns are rows here, of which many are put together
/// at once.
///
/// @param source the matrices, row by row
/// @param columns which of each matrix's columns are rows here
record TransposedRows(StoredBytes source, TensorViews.Stack stack, Columns columns)
    implements ComputedBytes.Source {

  /// @param first of the columns that are read
  record Columns(long first, long count) {}

  long rowBytes() {
    return stack.rows() * stack.elementBytes();
  }

  /// Those of one matrix.
  @Override
  public long atOnce(long row) {
    return columns.count() - row % columns.count();
  }

  /// A piece of each of the matrix's own rows.
  @Override
  public void read(long row, MemorySegment target) {
    int width = stack.elementBytes();
    int count = Math.toIntExact(target.byteSize() / rowBytes());
    long matrix = row / columns.count();
    long column = columns.first() + row % columns.count();
    MemorySegment piece = MemorySegment.ofArray(new byte[count * width]);
    for (long input = 0; input < stack.rows(); input++) {
      long element = (matrix * stack.rows() + input) * stack.columns() + column;
      source.read(element * width, piece);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(piece, (long) i * width, target, i * rowBytes() + input * width, width);
      }
    }
  }
}
