package puna.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.vector.VectorPanel.Tiles;

/// Activations transposed to tiles, for products whose lanes are tokens: one piece a tile.
final class TilesLayout implements PanelLayout {
  // Sixteen columns of a tile fit in the first-level cache while its tokens are read one by one.
  private static final int COLUMN_STRIP = 16;

  @Override
  public Panel reserve(FloatMatrix x, @Nullable Panel reusable, SegmentAllocator memory) {
    if (reusable instanceof Tiles tiles && tiles.fits(x)) {
      return tiles;
    }
    int size = Math.multiplyExact(Tiles.paddedTokens(x.tokens()), x.width());
    int room = Math.multiplyExact(Tiles.paddedTokens(x.roomTokens()), x.width());
    return new Tiles(PanelArrays.reuse(reusable, size, room), x.tokens(), x.width());
  }

  @Override
  public int pieces(FloatMatrix x) {
    return Tiles.tiles(x.tokens());
  }

  @Override
  public void prepare(FloatMatrix x, Panel panel, int piece) {
    Tiles tiles = (Tiles) panel;
    int width = Tiles.width(piece, tiles.tokens());
    int first = Tiles.firstToken(piece, tiles.tokens());
    int present = Math.min(width, tiles.tokens() - first);
    for (int column = 0; column < tiles.columns(); column += COLUMN_STRIP) {
      int columns = Math.min(COLUMN_STRIP, tiles.columns() - column);
      int at = first * tiles.columns() + column * width;
      for (int token = 0; token < present; token++) {
        long source = x.offset(first + token) + 4L * column;
        spread(x.data(), source, tiles.values(), at + token, width, columns);
      }
      for (int token = present; token < width; token++) {
        for (int i = 0; i < columns; i++) {
          tiles.values()[at + token + i * width] = 0f;
        }
      }
    }
  }

  private static void spread(
      MemorySegment x, long source, float[] values, int at, int step, int columns) {
    for (int i = 0; i < columns; i++) {
      values[at + i * step] = x.get(Lanes.FLOAT, source + 4L * i);
    }
  }
}
