package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.tensor.Tensor;

/// How one tier multiplies by matrices of one type: *pack* a tensor once into the layout that this
/// kernel wants, then *multiply* a range of its rows by a panel of 1…n tokens.
///
/// Kernels are immutable; all state is in the packed matrix, the panel and the worker's scratch, so
/// that workers share them.
public interface MatrixKernel {
  /// The mechanism, for people, such as `file layout, f32 dot`.
  String name();

  /// Room for the tensor in this kernel's layout, to be filled by `pack`; or the tensor's own
  /// memory, read-only, where the layout is the file's and it lies in memory already.
  PackedMatrix reserve(Tensor tensor, SegmentAllocator memory);

  /// Lays the rows of `range`, whole groups but for the last, out in `packed`, which `reserve` made
  /// for their tensor. Workers pack different ranges at the same time. Does nothing where `packed`
  /// is the tensor's own memory.
  ///
  /// @param rows those of `range` alone, one after another, as the file has them
  default void pack(MemorySegment rows, PackedMatrix packed, RowRange range) {
    if (!packed.data().isReadOnly()) {
      long at = range.first() * packed.type().byteSize(packed.columns());
      packed.data().asSlice(at, rows.byteSize()).copyFrom(rows);
    }
  }

  /// Whether the layout is the file's, so that a tensor in memory needs no copy.
  default boolean keepsFileLayout() {
    return true;
  }

  /// How this kernel wants `tokens` tokens prepared. Kernels that want the same return the same
  /// object, so that Q, K and V are prepared once.
  ///
  /// @param invariance `ON` for the way of a single token, whatever `precision` says
  PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision);

  /// Chunks of rows begin at multiples of it.
  int rowGroup();

  /// `out[t][r] ← Σ_c x[t][c] · matrix[r][c]` for the rows of `range` and all tokens of the panel,
  /// which `panelLayout` prepared.
  void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch);

  /// Decodes one row to float32: the embedding's way of reading.
  void decodeRow(PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch);
}
