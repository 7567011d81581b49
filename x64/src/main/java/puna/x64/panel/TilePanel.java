package puna.x64.panel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.tile.Tiles;

/// Activations as left-hand tiles of bf16, piece of the depth after piece: in each, for 32 tokens
/// after another, unit of 32 columns after unit, a tile of 16 tokens and one of the next 16. What a
/// product reads one after the other lies one after the other.
///
/// Rows behind the last token and tiles behind the last column hold anything: the first give
/// results that nobody reads, the second are not read.
public final class TilePanel extends NativePanel {
  /// Token tiles that lie side by side.
  public static final int PAIR = 2;

  /// Bytes of a pair: of activations from a unit of 32 columns to the next, of parked sums from a
  /// row group to the next.
  public static final int PAIR_BYTES = PAIR * Tiles.BYTES;

  /// Two tokens' tiles of a piece, 32 KiB, stay in the first-level cache.
  private static final int PIECE_UNITS = 16;

  /// The most that one piece may have, where there is only one.
  private static final int MOST_UNITS = 20;

  TilePanel(FloatMatrix x, SegmentAllocator memory) {
    super(size(x.roomTokens(), x.width()), x.roomTokens(), TileTokens.ARGUMENTS.byteSize(), memory);
  }

  /// Units of 32 columns in a piece of the depth; the last piece may have fewer.
  static int pieceUnits(int columns) {
    int units = Math.ceilDiv(columns, Tiles.DEPTH);
    return units <= MOST_UNITS ? units : PIECE_UNITS;
  }

  private static long size(int tokens, int columns) {
    long pieces = Math.ceilDiv(Math.ceilDiv(columns, Tiles.DEPTH), pieceUnits(columns));
    return Math.multiplyExact(pieces, pairs(tokens) * pairStride(columns));
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  /// Tiles of 16 tokens, the last perhaps with fewer.
  public int tokenTiles() {
    return Math.ceilDiv(tokens(), Tiles.ROWS);
  }

  public int pieceUnits() {
    return pieceUnits(columns());
  }

  private static long pairs(int tokens) {
    return Math.ceilDiv(tokens, PAIR * Tiles.ROWS);
  }

  private static long pairStride(int columns) {
    return (long) pieceUnits(columns) * PAIR_BYTES;
  }

  /// Bytes from the tiles of 32 tokens to those of the next 32, in a piece.
  public long pairStride() {
    return pairStride(columns());
  }

  /// Bytes from a piece to the next.
  long pieceStride() {
    return pairs(tokens()) * pairStride();
  }

  /// Where the tiles of 16 tokens begin in a piece.
  public long address(int tokenTile, int piece) {
    return address() + piece * pieceStride() + offset(tokenTile);
  }

  /// Bytes from where a piece begins to the tiles of 16 tokens.
  public long offset(int tokenTile) {
    return offset(tokenTile, pairStride());
  }

  /// Bytes to a token tile from the first, where pairs are `pairStride` bytes apart.
  public static long offset(int tokenTile, long pairStride) {
    return tokenTile / PAIR * pairStride + tokenTile % PAIR * (long) Tiles.BYTES;
  }
}
