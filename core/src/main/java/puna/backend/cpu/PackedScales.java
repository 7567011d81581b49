package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import puna.quant.BlockFormats;
import puna.tensor.ScaleGrid;

/// The scales of a matrix in float32, one for each block of rows × columns.
///
/// @param values row by row of blocks
/// @param blockRows rows that share a scale; the last block may have fewer
/// @param blockColumns columns that share a scale, likewise
/// @param across blocks side by side
public record PackedScales(MemorySegment values, long blockRows, long blockColumns, int across) {
  /// Room for the scales of a grid.
  static PackedScales reserve(ScaleGrid grid, SegmentAllocator memory) {
    long bytes = Float.BYTES * grid.values().shape().elements();
    return new PackedScales(
        memory.allocate(bytes, FloatMatrix.ALIGNMENT),
        grid.blockRows(),
        grid.blockColumns(),
        grid.across());
  }

  /// Takes the scales of the grid that the room was made for.
  void fill(ScaleGrid grid) {
    float[] floats = BlockFormats.floats(grid.values());
    MemorySegment.copy(floats, 0, values, ValueLayout.JAVA_FLOAT, 0, floats.length);
  }

  /// The scale of the block `block` of a row, from the left.
  public float at(int row, int block) {
    return values.getAtIndex(ValueLayout.JAVA_FLOAT, row / blockRows * across + block);
  }

  /// The block of rows that a row belongs to.
  public long down(int row) {
    return row / blockRows;
  }

  void multiply(int row, int column, float[] weights, int at, int count) {
    int end = column + count;
    int done = column;
    while (done < end) {
      int block = (int) (done / blockColumns);
      int next = (int) Math.min(end, (block + 1) * blockColumns);
      float scale = at(row, block);
      for (int i = at + done - column; i < at + next - column; i++) {
        weights[i] *= scale;
      }
      done = next;
    }
  }
}
