package puna.x64.panel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.code.Routine;
import puna.x64.tile.Tiles;

/// Quantizes activations to `PlaneTiles`, a token a piece.
public final class PlaneTilesLayout extends NativePanelLayout<PlaneTiles> {
  public PlaneTilesLayout(Routine quantize) {
    super(PlaneTiles.class, quantize, QuantizeTokens.ARGUMENTS.byteSize());
  }

  @Override
  PlaneTiles panel(FloatMatrix x, SegmentAllocator memory) {
    return new PlaneTiles(x, memory);
  }

  @Override
  void checkWidth(FloatMatrix x) {
    QuantizeTokens.checkWidth(x);
  }

  @Override
  void put(MemorySegment arguments, long at, FloatMatrix x, PlaneTiles panel, int token) {
    long tile = panel.address(token / Tiles.ROWS);
    long row = token % Tiles.ROWS;
    long scalars = tile + PlaneTiles.SCALARS + row * Float.BYTES;
    QuantizeTokens.putToken(arguments, at, x, token);
    QuantizeTokens.putPlaces(arguments, at, tile + row * PlaneTiles.ROW_BYTES, scalars);
  }
}
