package puna.x64.panel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;

/// Activations in native memory, with room for the arguments of every token's conversion.
abstract sealed class NativePanel implements Panel
    permits PlanesPanel, TilePanel, PlaneTiles, TokenWords {
  private static final long ALIGNMENT = 64;

  private final MemorySegment data;
  private final MemorySegment arguments;
  private final int capacityTokens;
  private int tokens;
  private int columns;

  /// @param bytes of the activations
  /// @param tokens that there is room for
  /// @param argumentBytes of one token's conversion
  NativePanel(long bytes, int tokens, long argumentBytes, SegmentAllocator memory) {
    data = memory.allocate(bytes, ALIGNMENT);
    arguments = memory.allocate(tokens * argumentBytes, ALIGNMENT);
    capacityTokens = tokens;
  }

  /// Bytes that so many activations take.
  abstract long bytes(int ofTokens, int ofColumns);

  final boolean hasRoomFor(FloatMatrix x) {
    return x.tokens() <= capacityTokens && bytes(x.tokens(), x.width()) <= data.byteSize();
  }

  final void use(FloatMatrix x) {
    tokens = x.tokens();
    columns = x.width();
  }

  /// Throws unless this panel was reserved for `x`, and has a piece of this number.
  final void checkPiece(FloatMatrix x, int piece) {
    if (piece < 0 || piece >= tokens || columns != x.width() || tokens != x.tokens()) {
      throw new IllegalArgumentException("no piece " + piece + " of this panel");
    }
  }

  @Override
  public final int tokens() {
    return tokens;
  }

  @Override
  public final int columns() {
    return columns;
  }

  /// Where the activations begin.
  public final long address() {
    return data.address();
  }

  /// Where the arguments of the tokens' conversions go.
  final MemorySegment arguments() {
    return arguments;
  }
}
