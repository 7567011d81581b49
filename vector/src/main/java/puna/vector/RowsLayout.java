package puna.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;

/// Activations token after token, for dot products along the columns: one piece a token.
final class RowsLayout implements PanelLayout {
  private final boolean single;

  /// @param single whether products take one token at a time, whatever their number
  RowsLayout(boolean single) {
    this.single = single;
  }

  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    if (reusable instanceof VectorPanel.Rows rows && rows.fits(x)) {
      return rows;
    }
    int size = VectorPanel.Rows.size(x.tokens(), x.width());
    int room = VectorPanel.Rows.size(x.roomTokens(), x.width());
    return new VectorPanel.Rows(
        PanelArrays.reuse(reusable, size, room), x.tokens(), x.width(), single);
  }

  @Override
  public int pieces(FloatMatrix x) {
    return x.tokens();
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {
    VectorPanel.Rows rows = (VectorPanel.Rows) panel;
    int at = piece * rows.stride();
    MemorySegment.copy(x.data(), Lanes.FLOAT, x.offset(piece), rows.values(), at, rows.columns());
    Arrays.fill(rows.values(), at + rows.columns(), at + rows.stride(), 0f);
  }
}
