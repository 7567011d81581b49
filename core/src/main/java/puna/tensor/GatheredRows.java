package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// Rows that are put together from other bytes each time they are read, so that nothing is held
/// twice.
///
/// @param start the first byte of this part
/// @param size bytes of this part
record GatheredRows(Rows rows, long rowBytes, long start, long size) implements StoredBytes {

  /// Where rows come from.
  interface Rows {
    /// Fills `target` with the bytes of a row from `from` on.
    void read(long row, long from, MemorySegment target);
  }

  GatheredRows(Rows rows, long rowBytes, long count) {
    this(rows, rowBytes, 0, Math.multiplyExact(rowBytes, count));
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long at = start + from;
    long done = 0;
    while (done < target.byteSize()) {
      long inRow = at % rowBytes;
      long count = Math.min(rowBytes - inRow, target.byteSize() - done);
      rows.read(at / rowBytes, inRow, target.asSlice(done, count));
      at += count;
      done += count;
    }
  }

  @Override
  public StoredBytes slice(long from, long bytes) {
    Objects.checkFromIndexSize(from, bytes, size);
    return new GatheredRows(rows, rowBytes, start + from, bytes);
  }

  /// None: they lie nowhere together.
  @Override
  public Optional<MemorySegment> memory() {
    return Optional.empty();
  }
}
