package puna.vector;

import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.Panel;

/// Activations as the vector kernels read them, in an array that is reused from step to step.
sealed interface VectorPanel extends Panel {
  float[] values();

  /// True when this panel is for as many tokens of the same width.
  default boolean fits(FloatMatrix x) {
    return tokens() == x.tokens() && columns() == x.width();
  }

  /// Token after token, each padded with zeros to whole vectors: `values[token · stride + column]`.
  ///
  /// @param single whether products take one token at a time, whatever their number
  record Rows(float[] values, int tokens, int columns, boolean single) implements VectorPanel {
    int stride() {
      return Lanes.padded(columns);
    }

    static int size(int tokens, int columns) {
      return Math.multiplyExact(tokens, Lanes.padded(columns));
    }
  }

  /// Tiles of tokens side by side, column after column: first tiles of `WIDE` tokens, then tiles of
  /// `NARROW`, the last one padded with zeros. Token `t` of a tile `w` tokens wide is at
  /// `values[tile + column · w + t]`.
  record Tiles(float[] values, int tokens, int columns) implements VectorPanel {
    static final int NARROW = Lanes.COUNT;
    static final int WIDE = 3 * Lanes.COUNT;

    static int wideTiles(int tokens) {
      return tokens / WIDE;
    }

    /// Wide and narrow tiles together.
    static int tiles(int tokens) {
      int wide = wideTiles(tokens);
      return wide + (tokens - wide * WIDE + NARROW - 1) / NARROW;
    }

    static int width(int tile, int tokens) {
      return tile < wideTiles(tokens) ? WIDE : NARROW;
    }

    static int firstToken(int tile, int tokens) {
      int wide = wideTiles(tokens);
      return tile < wide ? tile * WIDE : wide * WIDE + (tile - wide) * NARROW;
    }

    /// Tokens with the padding.
    static int paddedTokens(int tokens) {
      int tiles = tiles(tokens);
      return tiles == 0 ? 0 : firstToken(tiles - 1, tokens) + width(tiles - 1, tokens);
    }
  }
}
