package puna.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.vector.VectorPanel.Tiles;

/// A band of rows against all tiles of tokens.
///
/// The band is decoded piece by piece of its depth; while a piece is in the second-level cache all
/// tiles sweep over it, and their sums wait there for the next piece.
///
/// @param scratch `floats`: (rows × stride) weights; `moreFloats`: sums, tile after tile, each
///   (rows × tile width)
record TileSweep(RowDecoder decoder, PackedMatrix matrix, Tiles panel, WorkerScratch scratch) {
  /// Rows a band.
  static final int ROWS = 64;

  // A multiple of every block size.
  private static final int DEPTH = 512;

  // Rows a power of two apart would fall into the same cache sets.
  private static final int STRIDE = DEPTH + 16;

  // Tokens whose sums for one band fit in the second-level cache beside the weights.
  private static final int TOKENS = 12 * Tiles.WIDE;

  /// @param rows at most `ROWS`
  void multiply(RowRange rows, FloatMatrix out) {
    int tiles = Tiles.tiles(panel.tokens());
    int first = 0;
    while (first < tiles) {
      int end = first + 1;
      while (end < tiles && tokensBefore(end + 1) - tokensBefore(first) <= TOKENS) {
        end++;
      }
      sweep(rows, first, end, out);
      first = end;
    }
  }

  private void sweep(RowRange rows, int firstTile, int endTile, FloatMatrix out) {
    int paddedRows = padded(rows.count());
    float[] weights = scratch.floats(ROWS * STRIDE);
    int sumsSize = paddedRows * (tokensBefore(endTile) - tokensBefore(firstTile));
    float[] sums = scratch.moreFloats(sumsSize);
    Arrays.fill(sums, 0, sumsSize, 0f);
    TileProduct product = new TileProduct(weights, STRIDE, 1, panel.values(), sums);
    for (int column = 0; column < matrix.columns(); column += DEPTH) {
      int depth = Math.min(DEPTH, matrix.columns() - column);
      decode(rows, column, depth, weights);
      int sumsAt = 0;
      for (int tile = firstTile; tile < endTile; tile++) {
        int width = Tiles.width(tile, panel.tokens());
        int tileAt = tokensBefore(tile) * matrix.columns() + column * width;
        for (int row = 0; row < paddedRows; row += TileProduct.NARROW_ROWS) {
          product.addEightRows(width, row * STRIDE, tileAt, sumsAt + row * width, depth);
        }
        sumsAt += paddedRows * width;
      }
    }
    int sumsAt = 0;
    for (int tile = firstTile; tile < endTile; tile++) {
      write(tile, sums, sumsAt, rows, out);
      sumsAt += paddedRows * Tiles.width(tile, panel.tokens());
    }
  }

  private void decode(RowRange rows, int column, int depth, float[] weights) {
    long rowBytes = matrix.type().byteSize(matrix.columns());
    long offset = rows.first() * rowBytes + matrix.type().byteSize(column);
    for (int row = 0; row < rows.count(); row++) {
      decoder.decode(matrix.data(), offset + row * rowBytes, weights, row * STRIDE, depth);
      matrix.scale(rows.first() + row, column, weights, row * STRIDE, depth);
    }
  }

  private void write(int tile, float[] sums, int sumsAt, RowRange rows, FloatMatrix out) {
    int width = Tiles.width(tile, panel.tokens());
    int first = Tiles.firstToken(tile, panel.tokens());
    int count = Math.min(width, panel.tokens() - first);
    MemorySegment target = out.data();
    for (int token = 0; token < count; token++) {
      long at = out.offset(first + token) + 4L * rows.first();
      for (int row = 0; row < rows.count(); row++) {
        target.set(Lanes.FLOAT, at + 4L * row, sums[sumsAt + row * width + token]);
      }
    }
  }

  private int tokensBefore(int tile) {
    int tokens = panel.tokens();
    return tile < Tiles.tiles(tokens) ? Tiles.firstToken(tile, tokens) : Tiles.paddedTokens(tokens);
  }

  private static int padded(int rows) {
    int group = TileProduct.NARROW_ROWS;
    return (rows + group - 1) / group * group;
  }
}
