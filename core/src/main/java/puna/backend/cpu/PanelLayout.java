package puna.backend.cpu;

import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/// A way to lay out activations for a kernel: transposed, quantized, or as they are.
public interface PanelLayout {
  /// A panel with room for `x`'s tokens and width: `reusable` if it is large enough, else a new
  /// one.
  ///
  /// @param memory for a new panel's native memory, where it needs any; it must outlive the panel
  Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory);

  /// Pieces that workers may prepare independently of each other; 0 when there is nothing to do.
  int pieces(FloatMatrix x);

  /// Rows of a matrix that one worker should take at once, so that what it does for each token is
  /// worth it; 1 where it does not matter.
  default int rowsTogether() {
    return 1;
  }

  /// Prepares piece `piece` of `x` in `panel`.
  void prepare(FloatMatrix x, Panel panel, int piece);
}
