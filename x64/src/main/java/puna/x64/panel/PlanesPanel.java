package puna.x64.panel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;

/// Activations in two planes of bytes, token after token.
final class PlanesPanel extends NativePanel implements TokenPanel {
  PlanesPanel(FloatMatrix x, SegmentAllocator memory) {
    super(
        size(x.roomTokens(), x.width()),
        x.roomTokens(),
        QuantizeTokens.ARGUMENTS.byteSize(),
        memory);
  }

  private static long size(int tokens, int columns) {
    return Math.multiplyExact(tokens, TokenPlanes.tokenBytes(columns));
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  @Override
  public long tokenBytes() {
    return TokenPlanes.tokenBytes(columns());
  }
}
