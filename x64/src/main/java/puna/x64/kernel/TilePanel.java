package puna.x64.kernel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;

/// Activations as left-hand tiles of bf16: for 16 tokens after another, tile after tile of 32
/// columns. Rows behind the last token hold anything: they give results that nobody reads.
final class TilePanel extends NativePanel {
  TilePanel(FloatMatrix x, SegmentAllocator memory) {
    super(size(x.tokens(), x.width()), x.tokens(), TileTokens.ARGUMENTS.byteSize(), memory);
  }

  private static long size(int tokens, int columns) {
    return Math.multiplyExact((long) Math.ceilDiv(tokens, Tiles.ROWS), stride(columns));
  }

  private static long stride(int columns) {
    return (long) Math.ceilDiv(columns, Tiles.DEPTH) * Tiles.BYTES;
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  /// Tiles of 16 tokens, the last perhaps with fewer.
  int tokenTiles() {
    return Math.ceilDiv(tokens(), Tiles.ROWS);
  }

  /// Bytes from the tiles of 16 tokens to those of the next 16.
  long tileStride() {
    return stride(columns());
  }

  /// Where the tile of 16 tokens and 32 columns is.
  long address(int tokenTile, int unit) {
    return address() + tokenTile * tileStride() + (long) unit * Tiles.BYTES;
  }
}
