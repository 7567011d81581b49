package puna.x64.kernel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;

/// Activations as left-hand tiles of bf16, piece of the depth after piece: in each, for 16 tokens
/// after another, tile after tile of 32 columns. What a product reads one after the other lies one
/// after the other.
///
/// Rows behind the last token and tiles behind the last column hold anything: the first give
/// results that nobody reads, the second are not read.
final class TilePanel extends NativePanel {
  /// Two tokens' tiles of a piece, 32 KiB, stay in the first-level cache.
  private static final int PIECE_UNITS = 16;

  /// The most that one piece may have, where there is only one.
  private static final int MOST_UNITS = 20;

  TilePanel(FloatMatrix x, SegmentAllocator memory) {
    super(size(x.tokens(), x.width()), x.tokens(), TileTokens.ARGUMENTS.byteSize(), memory);
  }

  /// Units of 32 columns in a piece of the depth; the last piece may have fewer.
  static int pieceUnits(int columns) {
    int units = Math.ceilDiv(columns, Tiles.DEPTH);
    return units <= MOST_UNITS ? units : PIECE_UNITS;
  }

  private static long size(int tokens, int columns) {
    long pieces = Math.ceilDiv(Math.ceilDiv(columns, Tiles.DEPTH), pieceUnits(columns));
    long tiles = (long) Math.ceilDiv(tokens, Tiles.ROWS) * pieceUnits(columns);
    return Math.multiplyExact(pieces, tiles * Tiles.BYTES);
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  /// Tiles of 16 tokens, the last perhaps with fewer.
  int tokenTiles() {
    return Math.ceilDiv(tokens(), Tiles.ROWS);
  }

  int pieceUnits() {
    return pieceUnits(columns());
  }

  /// Bytes from the tiles of 16 tokens to those of the next 16, in a piece.
  long tileStride() {
    return (long) pieceUnits() * Tiles.BYTES;
  }

  /// Bytes from a piece to the next.
  long pieceStride() {
    return tokenTiles() * tileStride();
  }

  /// Where the tiles of 16 tokens begin in a piece.
  long address(int tokenTile, int piece) {
    return address() + piece * pieceStride() + tokenTile * tileStride();
  }
}
