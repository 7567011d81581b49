package puna.x64.product;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;

/// A layout of row groups: how rows come into it and out of it.
public sealed interface Packing permits QuantizedPacking, FloatPacking, CodePacking {
  /// Bytes of a row group of `columns` columns.
  long groupBytes(int columns);

  /// Lays the rows of `range` out in `packed`.
  ///
  /// @param rows those rows alone, one after another, as the file has them
  void pack(MemorySegment rows, PackedMatrix packed, RowRange range);

  /// Writes a row of `packed` to byte `at` of `out`, as float32.
  void decodeRow(PackedMatrix packed, int row, MemorySegment out, long at);

  /// Puts what the product must know of a matrix of `columns` columns.
  void putArguments(MemorySegment arguments, int columns);

  /// Puts the scales of a row group where the product finds them, in `moreBytes` of the scratch.
  ///
  /// @param most row groups that are to be multiplied, 1 or more
  /// @return how many of them have these scales
  default int putScales(PackedMatrix packed, int group, int most, WorkerScratch scratch) {
    return most;
  }

  /// Puts what an unpacker must know of some columns of a matrix.
  ///
  /// @param columns of the matrix
  /// @param first of them, a multiple of 256
  /// @param count of them, to be unpacked
  /// @return bytes from where a row group begins to where its columns from `first` on begin
  long putPiece(MemorySegment arguments, int columns, int first, int count);

  /// What becomes of the weights, for people; empty when they keep their values.
  String loss();
}
