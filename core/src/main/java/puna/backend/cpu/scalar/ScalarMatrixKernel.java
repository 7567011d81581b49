package puna.backend.cpu.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
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
import puna.quant.BlockFormat;
import puna.tensor.Tensor;

/// Matrix products for any type with a reference decoder: a row is decoded once, then multiplied by
/// every token in float32.
final class ScalarMatrixKernel implements MatrixKernel {
  private static final PanelLayout ONE_BY_ONE = new ArrayLayout(1);
  private static final PanelLayout BY_FOURS = new ArrayLayout(4);

  private final BlockFormat format;

  ScalarMatrixKernel(BlockFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return "file layout, row decoded, f32 dot";
  }

  @Override
  public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
    return PackedMatrix.asStored(tensor, memory);
  }

  @Override
  public PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision) {
    return invariance == BatchInvariance.ON ? ONE_BY_ONE : BY_FOURS;
  }

  @Override
  public int rowGroup() {
    return 1;
  }

  @Override
  public void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    int columns = matrix.columns();
    ArrayPanel tokens = (ArrayPanel) panel;
    float[] x = tokens.values;
    float[] weights = scratch.floats(columns);
    float[] sums = scratch.moreFloats(4);
    for (int row = range.first(); row < range.end(); row++) {
      decode(matrix, row, weights);
      int token = 0;
      for (; token + 3 < tokens.inFours(); token += 4) {
        dotFour(weights, x, token, columns, sums);
        for (int t = 0; t < 4; t++) {
          put(out, token + t, row, sums[t]);
        }
      }
      for (; token < panel.tokens(); token++) {
        put(out, token, row, dot(weights, x, token * columns, columns));
      }
    }
  }

  private static void put(FloatMatrix out, int token, int row, float sum) {
    out.data().set(ValueLayout.JAVA_FLOAT, out.offset(token) + (long) row * Float.BYTES, sum);
  }

  @Override
  public void decodeRow(
      PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
    float[] values = scratch.floats(matrix.columns());
    decode(matrix, row, values);
    MemorySegment.copy(
        values, 0, out.data(), ValueLayout.JAVA_FLOAT, out.offset(token), matrix.columns());
  }

  private void decode(PackedMatrix matrix, int row, float[] out) {
    long rowBytes = matrix.type().byteSize(matrix.columns());
    format.decode(matrix.data(), row * rowBytes, out, 0, matrix.columns());
    matrix.scale(row, 0, out, 0, matrix.columns());
  }

  /// Four running sums: one would wait for the adder's latency at every step.
  private static float dot(float[] weights, float[] x, int at, int columns) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int column = 0;
    for (; column + 3 < columns; column += 4) {
      sum0 += weights[column] * x[at + column];
      sum1 += weights[column + 1] * x[at + column + 1];
      sum2 += weights[column + 2] * x[at + column + 2];
      sum3 += weights[column + 3] * x[at + column + 3];
    }
    for (; column < columns; column++) {
      sum0 += weights[column] * x[at + column];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  /// Four tokens share one reading of the weights.
  private static void dotFour(float[] weights, float[] x, int token, int columns, float[] sums) {
    int at0 = token * columns;
    int at1 = at0 + columns;
    int at2 = at1 + columns;
    int at3 = at2 + columns;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int column = 0; column < columns; column++) {
      float weight = weights[column];
      sum0 += weight * x[at0 + column];
      sum1 += weight * x[at1 + column];
      sum2 += weight * x[at2 + column];
      sum3 += weight * x[at3 + column];
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
  }

  /// Activations as they are, in an array, where plain Java loops are quickest.
  private static final class ArrayLayout implements PanelLayout {
    private final int together;

    /// @param together tokens that are multiplied at once, 1 or 4
    ArrayLayout(int together) {
      this.together = together;
    }

    @Override
    public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
      int size = Math.multiplyExact(x.tokens(), x.width());
      ArrayPanel panel =
          reusable instanceof ArrayPanel old && old.values.length >= size
              ? old
              : new ArrayPanel(Math.multiplyExact(x.roomTokens(), x.width()), together);
      panel.tokens = x.tokens();
      panel.columns = x.width();
      return panel;
    }

    @Override
    public int pieces(FloatMatrix x) {
      return x.tokens();
    }

    @Override
    public void prepare(FloatMatrix x, Panel panel, int piece) {
      MemorySegment.copy(
          x.data(),
          ValueLayout.JAVA_FLOAT,
          x.offset(piece),
          ((ArrayPanel) panel).values,
          piece * x.width(),
          x.width());
    }
  }

  private static final class ArrayPanel implements Panel {
    private final float[] values;
    private final int together;
    private int tokens;
    private int columns;

    ArrayPanel(int size, int together) {
      this.together = together;
      values = new float[size];
    }

    /// Tokens that may be multiplied four at once.
    int inFours() {
      return together == 4 ? tokens : 0;
    }

    @Override
    public int tokens() {
      return tokens;
    }

    @Override
    public int columns() {
      return columns;
    }
  }
}
