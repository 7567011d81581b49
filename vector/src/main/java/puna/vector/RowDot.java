package puna.vector;

import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/// Dot products of decoded rows with tokens, lanes along the columns.
final class RowDot {
  /// Rows that share the loads of a token: four sums in flight hide the latency of FMA.
  static final int ROWS = 4;

  /// Columns decoded at once: four rows of them stay in the first-level cache.
  static final int DEPTH = 2048;

  // Keeps rows of equal index from falling into the same cache sets.
  private static final int STAGGER = 16;

  private RowDot() {}

  /// The distance of the decoded rows.
  static int stride(int columns) {
    return Math.min(DEPTH, Lanes.padded(columns)) + STAGGER;
  }

  /// `sums[4 · token + i] += Σ weights[i · stride + c] · x[token][column + c]`, four rows, up to
  /// `DEPTH` columns from `column`; the rows' padding is zero.
  static void addFour(
      float[] weights, VectorPanel.Rows panel, int token, int column, float[] sums) {
    float[] x = panel.values();
    int at = token * panel.stride() + column;
    int depth = Lanes.padded(Math.min(DEPTH, panel.columns() - column));
    int stride = stride(panel.columns());
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int c = 0; c < depth; c += COUNT) {
      FloatVector values = FloatVector.fromArray(FLOATS, x, at + c);
      sum0 = FloatVector.fromArray(FLOATS, weights, c).fma(values, sum0);
      sum1 = FloatVector.fromArray(FLOATS, weights, c + stride).fma(values, sum1);
      sum2 = FloatVector.fromArray(FLOATS, weights, c + 2 * stride).fma(values, sum2);
      sum3 = FloatVector.fromArray(FLOATS, weights, c + 3 * stride).fma(values, sum3);
    }
    sums[4 * token] += Lanes.sum(sum0);
    sums[4 * token + 1] += Lanes.sum(sum1);
    sums[4 * token + 2] += Lanes.sum(sum2);
    sums[4 * token + 3] += Lanes.sum(sum3);
  }
}
