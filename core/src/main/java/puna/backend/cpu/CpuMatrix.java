package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import puna.backend.Matrix;

/// A packed matrix with the kernel that multiplies by it.
final class CpuMatrix implements Matrix {
  private static final RowRange[] UNCUT = {};

  private final PackedMatrix packed;
  private final MatrixKernel kernel;
  private final float scale;
  private final @Nullable MemorySegment bias;
  private RowRange[] ranges = UNCUT;
  private int plannedTokens;
  private int plannedRows;

  /// @param scale of the product, before the bias is added
  /// @param bias (rows) float32, or null for none
  CpuMatrix(PackedMatrix packed, MatrixKernel kernel, float scale, @Nullable MemorySegment bias) {
    this.packed = packed;
    this.kernel = kernel;
    this.scale = scale;
    this.bias = bias;
  }

  PackedMatrix packed() {
    return packed;
  }

  MatrixKernel kernel() {
    return kernel;
  }

  float scale() {
    return scale;
  }

  @Nullable MemorySegment bias() {
    return bias;
  }

  /// The rows of a chunk that were last planned for so many tokens; 0 for none.
  int plannedRows(int tokens) {
    return tokens == plannedTokens ? plannedRows : 0;
  }

  void plan(int tokens, int rows) {
    plannedTokens = tokens;
    plannedRows = rows;
  }

  /// Cuts the rows into ranges of `rows`, kept until they are to be cut differently; returns how
  /// many there are.
  int cut(int rows) {
    if (ranges.length == 0 || ranges[0].count() != Math.min(rows, rows())) {
      ranges = new RowRange[Math.ceilDiv(rows(), rows)];
      for (int i = 0; i < ranges.length; i++) {
        ranges[i] = new RowRange(i * rows, Math.min((i + 1) * rows, rows()));
      }
    }
    return ranges.length;
  }

  /// A range of the last `cut`.
  RowRange range(int index) {
    return ranges[index];
  }

  @Override
  public int rows() {
    return packed.rows();
  }

  @Override
  public int columns() {
    return packed.columns();
  }
}
