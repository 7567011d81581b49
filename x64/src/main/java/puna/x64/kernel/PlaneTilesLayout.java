package puna.x64.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.x64.code.Routine;
import puna.x64.pack.PackedLayout;

/// Quantizes activations to `PlaneTiles`, a token a piece.
final class PlaneTilesLayout implements PanelLayout {
  private static final long X = QuantizeTokens.ARGUMENTS.offset("x");
  private static final long UNITS = QuantizeTokens.ARGUMENTS.offset("units");
  private static final long OUT = QuantizeTokens.ARGUMENTS.offset("out");
  private static final long SCALARS = QuantizeTokens.ARGUMENTS.offset("scalars");
  private static final long BYTES = QuantizeTokens.ARGUMENTS.byteSize();

  private final Routine quantize;

  PlaneTilesLayout(Routine quantize) {
    this.quantize = quantize;
  }

  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    PlanesLayout.checkWidth(x);
    PlaneTiles panel =
        reusable instanceof PlaneTiles old && old.hasRoomFor(x) ? old : new PlaneTiles(x, memory);
    panel.use(x);
    return panel;
  }

  @Override
  public int pieces(FloatMatrix x) {
    return x.tokens();
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {
    PlaneTiles tiles = (PlaneTiles) panel;
    tiles.checkPiece(x, piece);
    MemorySegment arguments = tiles.arguments();
    long at = piece * BYTES;
    long tile = tiles.address(piece / Tiles.ROWS);
    int row = piece % Tiles.ROWS;
    arguments.set(JAVA_LONG, at + X, x.data().address() + x.offset(piece));
    arguments.set(JAVA_LONG, at + UNITS, x.width() / PackedLayout.UNIT);
    arguments.set(JAVA_LONG, at + OUT, tile + (long) row * PlaneTiles.ROW_BYTES);
    arguments.set(JAVA_LONG, at + SCALARS, tile + PlaneTiles.SCALARS + (long) row * Float.BYTES);
    quantize.call(arguments.address() + at);
  }
}
