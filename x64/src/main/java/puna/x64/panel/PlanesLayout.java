package puna.x64.panel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.code.Routine;

/// Quantizes activations to `TokenPlanes`, a token a piece.
public final class PlanesLayout extends NativePanelLayout<PlanesPanel> {
  public PlanesLayout(Routine quantize) {
    super(PlanesPanel.class, quantize, QuantizeTokens.ARGUMENTS.byteSize());
  }

  @Override
  PlanesPanel panel(FloatMatrix x, SegmentAllocator memory) {
    return new PlanesPanel(x, memory);
  }

  @Override
  void checkWidth(FloatMatrix x) {
    QuantizeTokens.checkWidth(x);
  }

  @Override
  void put(MemorySegment arguments, long at, FloatMatrix x, PlanesPanel panel, int token) {
    long to = panel.address() + token * panel.tokenBytes();
    QuantizeTokens.putToken(arguments, at, x, token);
    QuantizeTokens.putPlaces(arguments, at, to, to);
  }
}
