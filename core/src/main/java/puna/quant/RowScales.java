package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.ScaleGrid;
import puna.tensor.Tensor;

/// Multiplies decoded rows of a matrix by the scales beside it, in float32. Threads may share it.
final class RowScales {
  private final ScaleGrid grid;
  private final BlockFormat format;

  RowScales(ScaleGrid grid) {
    this.grid = grid;
    this.format = BlockFormats.of(grid.values().type()).orElseThrow();
  }

  /// @param values all `columns` of the row, from `at` on
  void multiply(long row, float[] values, int at, int columns) {
    Tensor stored = grid.values();
    byte[] bytes = new byte[Math.toIntExact(stored.rowBytes())];
    stored.content().read(grid.down(row) * bytes.length, MemorySegment.ofArray(bytes));
    float[] scales = new float[grid.across()];
    format.decode(MemorySegment.ofArray(bytes), 0, scales, 0, scales.length);
    for (int column = 0; column < columns; column++) {
      values[at + column] *= scales[(int) (column / grid.blockColumns())];
    }
  }
}
