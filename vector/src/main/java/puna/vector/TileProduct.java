package puna.vector;

import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/// Register-blocked products whose lanes are the columns of a tile: `sums[r][lane] += Σ_k
/// left[r][k] · tile[k][lane]`.
///
/// The left operand is read one number at a time and broadcast; its rows and depth have any
/// strides, so that it may be a decoded band of weights, a block of keys, or values read the other
/// way. Tile and sums are dense. A wide tile is three vectors wide and takes four rows at once
/// (twelve sums, one broadcast and three loads of the tile: sixteen registers); a narrow one is one
/// vector wide and takes eight rows.
///
/// @param left `left[at + row · rowStride + k · depthStride]`
record TileProduct(float[] left, int rowStride, int depthStride, float[] tile, float[] sums) {
  static final int WIDE_ROWS = 4;
  static final int NARROW_ROWS = 8;

  /// Eight rows of a tile that is three vectors (wide) or one vector (narrow) wide.
  void addEightRows(int width, int leftAt, int tileAt, int sumsAt, int depth) {
    if (width == COUNT) {
      addNarrow(leftAt, tileAt, sumsAt, depth);
    } else {
      addWide(leftAt, tileAt, sumsAt, depth);
      addWide(leftAt + WIDE_ROWS * rowStride, tileAt, sumsAt + WIDE_ROWS * width, depth);
    }
  }

  /// Four rows, three vectors.
  void addWide(int leftAt, int tileAt, int sumsAt, int depth) {
    float[] left = this.left;
    float[] tile = this.tile;
    int rowStride = this.rowStride;
    int depthStride = this.depthStride;
    FloatVector a0 = FloatVector.fromArray(FLOATS, sums, sumsAt);
    FloatVector a1 = FloatVector.fromArray(FLOATS, sums, sumsAt + COUNT);
    FloatVector a2 = FloatVector.fromArray(FLOATS, sums, sumsAt + 2 * COUNT);
    FloatVector b0 = FloatVector.fromArray(FLOATS, sums, sumsAt + 3 * COUNT);
    FloatVector b1 = FloatVector.fromArray(FLOATS, sums, sumsAt + 4 * COUNT);
    FloatVector b2 = FloatVector.fromArray(FLOATS, sums, sumsAt + 5 * COUNT);
    FloatVector c0 = FloatVector.fromArray(FLOATS, sums, sumsAt + 6 * COUNT);
    FloatVector c1 = FloatVector.fromArray(FLOATS, sums, sumsAt + 7 * COUNT);
    FloatVector c2 = FloatVector.fromArray(FLOATS, sums, sumsAt + 8 * COUNT);
    FloatVector d0 = FloatVector.fromArray(FLOATS, sums, sumsAt + 9 * COUNT);
    FloatVector d1 = FloatVector.fromArray(FLOATS, sums, sumsAt + 10 * COUNT);
    FloatVector d2 = FloatVector.fromArray(FLOATS, sums, sumsAt + 11 * COUNT);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, tile, tileAt + k * 3 * COUNT);
      FloatVector x1 = FloatVector.fromArray(FLOATS, tile, tileAt + k * 3 * COUNT + COUNT);
      FloatVector x2 = FloatVector.fromArray(FLOATS, tile, tileAt + k * 3 * COUNT + 2 * COUNT);
      FloatVector a = FloatVector.broadcast(FLOATS, left[leftAt + k * depthStride]);
      a0 = a.fma(x0, a0);
      a1 = a.fma(x1, a1);
      a2 = a.fma(x2, a2);
      FloatVector b = FloatVector.broadcast(FLOATS, left[leftAt + k * depthStride + rowStride]);
      b0 = b.fma(x0, b0);
      b1 = b.fma(x1, b1);
      b2 = b.fma(x2, b2);
      FloatVector c = FloatVector.broadcast(FLOATS, left[leftAt + k * depthStride + 2 * rowStride]);
      c0 = c.fma(x0, c0);
      c1 = c.fma(x1, c1);
      c2 = c.fma(x2, c2);
      FloatVector d = FloatVector.broadcast(FLOATS, left[leftAt + k * depthStride + 3 * rowStride]);
      d0 = d.fma(x0, d0);
      d1 = d.fma(x1, d1);
      d2 = d.fma(x2, d2);
    }
    a0.intoArray(sums, sumsAt);
    a1.intoArray(sums, sumsAt + COUNT);
    a2.intoArray(sums, sumsAt + 2 * COUNT);
    b0.intoArray(sums, sumsAt + 3 * COUNT);
    b1.intoArray(sums, sumsAt + 4 * COUNT);
    b2.intoArray(sums, sumsAt + 5 * COUNT);
    c0.intoArray(sums, sumsAt + 6 * COUNT);
    c1.intoArray(sums, sumsAt + 7 * COUNT);
    c2.intoArray(sums, sumsAt + 8 * COUNT);
    d0.intoArray(sums, sumsAt + 9 * COUNT);
    d1.intoArray(sums, sumsAt + 10 * COUNT);
    d2.intoArray(sums, sumsAt + 11 * COUNT);
  }

  /// Eight rows, one vector.
  void addNarrow(int leftAt, int tileAt, int sumsAt, int depth) {
    float[] left = this.left;
    float[] tile = this.tile;
    int rowStride = this.rowStride;
    int depthStride = this.depthStride;
    FloatVector a = FloatVector.fromArray(FLOATS, sums, sumsAt);
    FloatVector b = FloatVector.fromArray(FLOATS, sums, sumsAt + COUNT);
    FloatVector c = FloatVector.fromArray(FLOATS, sums, sumsAt + 2 * COUNT);
    FloatVector d = FloatVector.fromArray(FLOATS, sums, sumsAt + 3 * COUNT);
    FloatVector e = FloatVector.fromArray(FLOATS, sums, sumsAt + 4 * COUNT);
    FloatVector f = FloatVector.fromArray(FLOATS, sums, sumsAt + 5 * COUNT);
    FloatVector g = FloatVector.fromArray(FLOATS, sums, sumsAt + 6 * COUNT);
    FloatVector h = FloatVector.fromArray(FLOATS, sums, sumsAt + 7 * COUNT);
    for (int k = 0; k < depth; k++) {
      int at = leftAt + k * depthStride;
      FloatVector x = FloatVector.fromArray(FLOATS, tile, tileAt + k * COUNT);
      a = x.fma(FloatVector.broadcast(FLOATS, left[at]), a);
      b = x.fma(FloatVector.broadcast(FLOATS, left[at + rowStride]), b);
      c = x.fma(FloatVector.broadcast(FLOATS, left[at + 2 * rowStride]), c);
      d = x.fma(FloatVector.broadcast(FLOATS, left[at + 3 * rowStride]), d);
      e = x.fma(FloatVector.broadcast(FLOATS, left[at + 4 * rowStride]), e);
      f = x.fma(FloatVector.broadcast(FLOATS, left[at + 5 * rowStride]), f);
      g = x.fma(FloatVector.broadcast(FLOATS, left[at + 6 * rowStride]), g);
      h = x.fma(FloatVector.broadcast(FLOATS, left[at + 7 * rowStride]), h);
    }
    a.intoArray(sums, sumsAt);
    b.intoArray(sums, sumsAt + COUNT);
    c.intoArray(sums, sumsAt + 2 * COUNT);
    d.intoArray(sums, sumsAt + 3 * COUNT);
    e.intoArray(sums, sumsAt + 4 * COUNT);
    f.intoArray(sums, sumsAt + 5 * COUNT);
    g.intoArray(sums, sumsAt + 6 * COUNT);
    h.intoArray(sums, sumsAt + 7 * COUNT);
  }
}
