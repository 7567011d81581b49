package puna.x64.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.x64.code.Routine;

/// Rounds activations to the bf16 tiles of a `TilePanel`, a token a piece.
final class TileLayout implements PanelLayout {
  private static final long X = TileTokens.ARGUMENTS.offset("x");
  private static final long UNITS = TileTokens.ARGUMENTS.offset("units");
  private static final long TAIL = TileTokens.ARGUMENTS.offset("tail");
  private static final long PIECE_UNITS = TileTokens.ARGUMENTS.offset("pieceUnits");
  private static final long PIECE_GAP = TileTokens.ARGUMENTS.offset("pieceGap");
  private static final long OUT = TileTokens.ARGUMENTS.offset("out");
  private static final long BYTES = TileTokens.ARGUMENTS.byteSize();

  private final Routine round;

  TileLayout(Routine round) {
    this.round = round;
  }

  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    TilePanel panel =
        reusable instanceof TilePanel old && old.hasRoomFor(x) ? old : new TilePanel(x, memory);
    panel.use(x);
    return panel;
  }

  @Override
  public int pieces(FloatMatrix x) {
    return x.tokens();
  }

  @Override
  public int rowsTogether() {
    return TileMultiplier.PANEL_ROWS;
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {
    TilePanel tiles = (TilePanel) panel;
    tiles.checkPiece(x, piece);
    int row = piece % Tiles.ROWS;
    MemorySegment arguments = tiles.arguments();
    long at = piece * BYTES;
    arguments.set(JAVA_LONG, at + X, x.data().address() + x.offset(piece));
    arguments.set(JAVA_LONG, at + UNITS, x.width() / Tiles.DEPTH);
    arguments.set(JAVA_LONG, at + TAIL, (1L << x.width() % Tiles.DEPTH) - 1);
    arguments.set(JAVA_LONG, at + PIECE_UNITS, tiles.pieceUnits());
    arguments.set(JAVA_LONG, at + PIECE_GAP, tiles.pieceStride() - tiles.tileStride());
    arguments.set(
        JAVA_LONG,
        at + OUT,
        tiles.address(piece / Tiles.ROWS, 0) + (long) row * (Tiles.BYTES / Tiles.ROWS));
    round.call(arguments.address() + at);
  }
}
