package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// Matrices read the other way round: their columns are rows here. They are put together each time
/// they are read, many rows at once, so that nothing is held twice.
///
/// @param source the matrices, row by row
/// @param columns which of each matrix's columns are rows here
/// @param start the first byte of this part
/// @param size bytes of this part
record TransposedRows(
    StoredBytes source, TensorViews.Stack stack, Columns columns, long start, long size)
    implements StoredBytes {

  /// @param first of the columns that are read
  record Columns(long first, long count) {}

  private long rowBytes() {
    return stack.rows() * stack.elementBytes();
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long at = start + from;
    long done = 0;
    while (done < target.byteSize()) {
      long row = at / rowBytes();
      long inRow = at % rowBytes();
      long left = target.byteSize() - done;
      long count = Math.min(left / rowBytes(), columns.count() - row % columns.count());
      long bytes = count * rowBytes();
      if (inRow > 0 || count == 0) { // a part of a row
        bytes = Math.min(left, rowBytes() - inRow);
        MemorySegment whole = MemorySegment.ofArray(new byte[Math.toIntExact(rowBytes())]);
        gather(row, 1, whole);
        target.asSlice(done, bytes).copyFrom(whole.asSlice(inRow, bytes));
      } else {
        gather(row, (int) count, target.asSlice(done, bytes));
      }
      at += bytes;
      done += bytes;
    }
  }

  /// Whole rows of one matrix: a piece of each of its own rows.
  private void gather(long row, int count, MemorySegment target) {
    int width = stack.elementBytes();
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

  @Override
  public StoredBytes slice(long from, long bytes) {
    Objects.checkFromIndexSize(from, bytes, size);
    return new TransposedRows(source, stack, columns, start + from, bytes);
  }

  /// None: they lie nowhere together.
  @Override
  public Optional<MemorySegment> memory() {
    return Optional.empty();
  }
}
