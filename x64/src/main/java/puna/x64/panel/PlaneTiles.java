package puna.x64.panel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.pack.PackedLayout;
import puna.x64.tile.Tiles;

/// Activations in two planes of bytes, as `TokenPlanes` has them, for products in tiles: of 16
/// tokens after another, unit after unit of 32 columns. A unit is
///
/// | bytes | content |
/// |---|---|
/// | 0..511 | `hi` of each token, 32 × i8: a left-hand tile |
/// | 512..1023 | `lo` of each token, 32 × i8: another |
/// | 1024..1087 | `e` of each token, f32 |
/// | 1088..1279 | `e · S0`, `e · S1` and `e · S` of each token, f32 |
///
/// Rows behind the last token hold anything: they give results that nobody reads.
public final class PlaneTiles extends NativePanel {
  public static final int UNIT_BYTES = 1280;
  public static final int LOW = 512;
  public static final int SCALARS = 1024;

  /// Bytes of a kind of scalar.
  public static final int SCALAR_BYTES = 4 * Tiles.ROWS;

  // The kinds, in their order.
  public static final int SCALE = 0;
  public static final int FIRST_SUM = 1;
  static final int SECOND_SUM = 2;
  public static final int SUM = 3;

  /// Bytes of a token in a tile.
  public static final int ROW_BYTES = PackedLayout.UNIT;

  PlaneTiles(FloatMatrix x, SegmentAllocator memory) {
    super(
        size(x.roomTokens(), x.width()),
        x.roomTokens(),
        QuantizeTokens.ARGUMENTS.byteSize(),
        memory);
  }

  private static long size(int tokens, int columns) {
    return Math.multiplyExact((long) Math.ceilDiv(tokens, Tiles.ROWS), tileBytes(columns));
  }

  private static long tileBytes(int columns) {
    return (long) columns / PackedLayout.UNIT * UNIT_BYTES;
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  /// Tiles of 16 tokens, the last perhaps with fewer.
  public int tokenTiles() {
    return Math.ceilDiv(tokens(), Tiles.ROWS);
  }

  /// Where the units of 16 tokens begin.
  public long address(int tokenTile) {
    return address() + tokenTile * tileBytes(columns());
  }
}
