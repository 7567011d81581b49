package puna.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Products in float32 with weights that stay in the file's layout and are decoded, a few rows at a
/// time, to a scratch array in cache.
///
/// One or two tokens: weights are decoded in registers where their type can (`RowDotter`). Few: dot
/// products of decoded rows along the columns (`RowDot`). Many: lanes are tokens (`TileProduct`);
/// sixty-four rows and a piece of the depth are decoded at once, so that weights and sums stay in
/// the second-level cache while all tiles of tokens sweep over them.
final class DecodingKernel implements MatrixKernel {
  // Measured: from here on weights decoded once for all tokens win over decoding in registers.
  private static final int FIRST_SHARED_TOKENS = 3;

  // Measured: from here on lanes that are tokens win.
  private static final int FIRST_TILED_TOKENS = 6;

  private final TensorType type;
  private final RowDecoder decoder;
  private final @Nullable RowDotter dotter;
  private final Layouts layouts;

  /// The layouts that all kernels share.
  ///
  /// @param singles as `rows`, for products of one token at a time
  record Layouts(PanelLayout singles, PanelLayout rows, PanelLayout tiles) {}

  DecodingKernel(TensorType type, RowDecoder decoder, Layouts layouts) {
    this.type = type;
    this.decoder = decoder;
    this.dotter = RowDotters.of(type).orElse(null);
    this.layouts = layouts;
  }

  @Override
  public String name() {
    return "file layout, decoded to f32 panels";
  }

  @Override
  public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
    return PackedMatrix.asStored(tensor, memory);
  }

  @Override
  public PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision) {
    if (invariance == BatchInvariance.ON) {
      return layouts.singles();
    }
    return tokens < FIRST_TILED_TOKENS ? layouts.rows() : layouts.tiles();
  }

  @Override
  public int rowGroup() {
    return TileProduct.NARROW_ROWS;
  }

  @Override
  public void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    switch ((VectorPanel) panel) {
      case VectorPanel.Rows tokens -> {
        if (dotter != null && (tokens.single() || tokens.tokens() < FIRST_SHARED_TOKENS)) {
          dotRows(dotter, matrix, tokens, range, out);
          return;
        }
        for (int row = range.first(); row < range.end(); row += RowDot.ROWS) {
          RowRange few = new RowRange(row, Math.min(row + RowDot.ROWS, range.end()));
          multiplyRows(matrix, tokens, few, out, scratch);
        }
      }
      case VectorPanel.Tiles tokens -> {
        for (int row = range.first(); row < range.end(); row += TileSweep.ROWS) {
          RowRange part = new RowRange(row, Math.min(row + TileSweep.ROWS, range.end()));
          new TileSweep(decoder, matrix, tokens, scratch).multiply(part, out);
        }
      }
    }
  }

  @Override
  public void decodeRow(
      PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
    int columns = matrix.columns();
    float[] values = scratch.floats(columns);
    decoder.decode(matrix.data(), rowOffset(matrix, row), values, 0, columns);
    matrix.scale(row, 0, values, 0, columns);
    MemorySegment.copy(values, 0, out.data(), Lanes.FLOAT, out.offset(token), columns);
  }

  private void dotRows(
      RowDotter rowDotter,
      PackedMatrix matrix,
      VectorPanel.Rows panel,
      RowRange rows,
      FloatMatrix out) {
    for (int row = rows.first(); row < rows.end(); row++) {
      long offset = rowOffset(matrix, row);
      for (int token = 0; token < panel.tokens(); token++) {
        int at = token * panel.stride();
        float sum = rowDotter.dot(matrix.data(), offset, panel.values(), at, matrix.columns());
        out.data().set(Lanes.FLOAT, out.offset(token) + 4L * row, sum);
      }
    }
  }

  private void multiplyRows(
      PackedMatrix matrix,
      VectorPanel.Rows panel,
      RowRange rows,
      FloatMatrix out,
      WorkerScratch scratch) {
    int stride = RowDot.stride(matrix.columns());
    float[] weights = scratch.floats(RowDot.ROWS * stride);
    float[] sums = scratch.moreFloats(RowDot.ROWS * panel.tokens());
    Arrays.fill(sums, 0, RowDot.ROWS * panel.tokens(), 0f);
    for (int column = 0; column < matrix.columns(); column += RowDot.DEPTH) {
      int depth = Math.min(RowDot.DEPTH, matrix.columns() - column);
      for (int row = 0; row < rows.count(); row++) {
        long offset = rowOffset(matrix, rows.first() + row) + type.byteSize(column);
        decoder.decode(matrix.data(), offset, weights, row * stride, depth);
        matrix.scale(rows.first() + row, column, weights, row * stride, depth);
        Arrays.fill(weights, row * stride + depth, row * stride + Lanes.padded(depth), 0f);
      }
      for (int token = 0; token < panel.tokens(); token++) {
        RowDot.addFour(weights, panel, token, column, sums);
      }
    }
    for (int token = 0; token < panel.tokens(); token++) {
      long at = out.offset(token) + 4L * rows.first();
      MemorySegment.copy(sums, RowDot.ROWS * token, out.data(), Lanes.FLOAT, at, rows.count());
    }
  }

  private long rowOffset(PackedMatrix matrix, int row) {
    return row * type.byteSize(matrix.columns());
  }
}
