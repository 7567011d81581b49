package puna.x64.panel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.code.Routine;
import puna.x64.tile.Tiles;

/// Rounds activations to the bf16 tiles of a `TilePanel`, a token a piece.
public final class TileLayout extends NativePanelLayout<TilePanel> {
  private static final long X = TileTokens.ARGUMENTS.offset("x");
  private static final long UNITS = TileTokens.ARGUMENTS.offset("units");
  private static final long TAIL = TileTokens.ARGUMENTS.offset("tail");
  private static final long PIECE_UNITS = TileTokens.ARGUMENTS.offset("pieceUnits");
  private static final long PIECE_GAP = TileTokens.ARGUMENTS.offset("pieceGap");
  private static final long OUT = TileTokens.ARGUMENTS.offset("out");

  private final int rowsTogether;

  /// @param rowsTogether rows of a matrix that a product takes at a time
  public TileLayout(Routine round, int rowsTogether) {
    super(TilePanel.class, round, TileTokens.ARGUMENTS.byteSize());
    this.rowsTogether = rowsTogether;
  }

  @Override
  TilePanel panel(FloatMatrix x, SegmentAllocator memory) {
    return new TilePanel(x, memory);
  }

  @Override
  public int rowsTogether() {
    return rowsTogether;
  }

  @Override
  void put(MemorySegment arguments, long at, FloatMatrix x, TilePanel panel, int token) {
    long row = token % Tiles.ROWS * (long) (Tiles.BYTES / Tiles.ROWS);
    arguments.set(JAVA_LONG, at + X, address(x, token));
    arguments.set(JAVA_LONG, at + UNITS, x.width() / Tiles.DEPTH);
    arguments.set(JAVA_LONG, at + TAIL, (1L << x.width() % Tiles.DEPTH) - 1);
    arguments.set(JAVA_LONG, at + PIECE_UNITS, panel.pieceUnits());
    arguments.set(JAVA_LONG, at + PIECE_GAP, panel.pieceStride() - panel.pairStride());
    arguments.set(JAVA_LONG, at + OUT, panel.address(token / Tiles.ROWS, 0) + row);
  }
}
