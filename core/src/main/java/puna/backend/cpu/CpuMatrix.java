package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Matrix;

/// A packed matrix with the kernel that multiplies by it.
final class CpuMatrix implements Matrix {
  private static final RowRange[] UNCUT = {};

  private final PackedMatrix packed;
  private final MatrixKernel kernel;
  private final float scale;
  private final @Nullable MemorySegment bias;
  private final List<RowRange[]> cuts = new ArrayList<>(1); // those that were asked for: a few
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

  /// Whether it stays in a mapped file.
  boolean isMapped() {
    return packed.data().isMapped();
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

  /// Cuts the rows into ranges of `rows`; returns how many there are. An expert is cut in another
  /// way for each number of tokens that it is sent, so that all ways are kept.
  int cut(int rows) {
    int size = Math.min(rows, rows());
    if (ranges.length == 0 || ranges[0].count() != size) {
      ranges = cutInto(size);
    }
    return ranges.length;
  }

  private RowRange[] cutInto(int size) {
    for (int i = 0; i < cuts.size(); i++) {
      if (cuts.get(i)[0].count() == size) {
        return cuts.get(i);
      }
    }
    RowRange[] made = new RowRange[Math.ceilDiv(rows(), size)];
    for (int i = 0; i < made.length; i++) {
      made[i] = new RowRange(i * size, Math.min((i + 1) * size, rows()));
    }
    cuts.add(made);
    return made;
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
