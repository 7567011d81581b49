package puna.x64.panel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.x64.code.Routine;

/// Converts activations to panels in native memory by a routine, a token a piece.
///
/// @param <P> the kind of panel
abstract sealed class NativePanelLayout<P extends NativePanel> implements PanelLayout
    permits PlanesLayout, PlaneTilesLayout, TileLayout, TokenWordsLayout {
  private final Class<P> kind;
  private final Routine convert;
  private final long argumentBytes;

  /// @param convert a token's activations
  /// @param argumentBytes that it takes
  NativePanelLayout(Class<P> kind, Routine convert, long argumentBytes) {
    this.kind = kind;
    this.convert = convert;
    this.argumentBytes = argumentBytes;
  }

  /// A panel with room for `x.roomTokens()` tokens like `x`, whose width is checked.
  abstract P panel(FloatMatrix x, SegmentAllocator memory);

  /// Puts what the routine must know of a token at byte `at` of `arguments`.
  abstract void put(MemorySegment arguments, long at, FloatMatrix x, P panel, int token);

  @Override
  public final Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    checkWidth(x);
    P panel =
        kind.isInstance(reusable) && kind.cast(reusable).hasRoomFor(x)
            ? kind.cast(reusable)
            : panel(x, memory);
    panel.use(x);
    return panel;
  }

  /// Throws unless activations of such a width can be laid out.
  void checkWidth(FloatMatrix x) {}

  @Override
  public final int pieces(FloatMatrix x) {
    return x.tokens();
  }

  @Override
  public final void prepare(FloatMatrix x, Panel panel, int piece) {
    P target = kind.cast(panel);
    target.checkPiece(x, piece);
    long at = piece * argumentBytes;
    put(target.arguments(), at, x, target, piece);
    convert.call(target.arguments().address() + at);
  }

  static long address(FloatMatrix x, int token) {
    return x.data().address() + x.offset(token);
  }
}
