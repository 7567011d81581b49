package puna.x64.pack;

import puna.quant.Grid;

/// Readers of the lattice types with one scale for 32 weights: every weight is a grid's small whole
/// number of a step, or eight times that and one more or less.
///
/// Indices are masked as a whole: so the compiler knows that none is out of bounds.
final class GridReaders {
  private GridReaders() {}

  static final class Iq2Xxs extends ByteSuperReader {
    private static final long[] GRID = GridWords.of(Grid.IQ2_XXS, value -> value + 128);

    Iq2Xxs() {
      super(66);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at) / 8;
      for (int u = 0; u < SUPER; u++) {
        int indices = i32(row, at + 2 + 8 * u);
        int rest = i32(row, at + 6 + 8 * u);
        int to = ByteRow.WORDS * (unit + u);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          long numbers = GRID[indices >>> (8 * w) & 255];
          out.numbers[to + w] = GridWords.evenlySigned(numbers, rest >>> (7 * w));
        }
        out.putStep(unit + u, scale * (2 * (rest >>> 28) + 1));
      }
    }
  }

  static final class Iq3Xxs extends ByteSuperReader {
    private static final long[] GRID = GridWords.of(Grid.IQ3_XXS, value -> value + 128);

    Iq3Xxs() {
      super(98);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at) / 4;
      for (int u = 0; u < SUPER; u++) {
        long indices = i64(row, at + 2 + 8 * u);
        int rest = i32(row, at + 66 + 4 * u);
        int to = ByteRow.WORDS * (unit + u);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          int two = (int) (indices >>> (16 * w));
          long numbers = GRID[two & 255] | GRID[two >>> 8 & 255] << 32;
          out.numbers[to + w] = GridWords.evenlySigned(numbers, rest >>> (7 * w));
        }
        out.putStep(unit + u, scale * (2 * (rest >>> 28) + 1));
      }
    }
  }

  static final class Iq3S extends ByteSuperReader {
    private static final long[] GRID = GridWords.of(Grid.IQ3_S, value -> value + 128);

    Iq3S() {
      super(110);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at);
      for (int u = 0; u < SUPER; u++) {
        long indices = i64(row, at + 2 + 8 * u);
        int ninths = u8(row, at + 66 + u);
        int signs = i32(row, at + 74 + 4 * u);
        int to = ByteRow.WORDS * (unit + u);
        // one by one: the compiler does not unroll a loop of this size
        out.numbers[to] = word(indices, ninths, signs);
        out.numbers[to + 1] = word(indices >>> 16, ninths >>> 2, signs >>> 8);
        out.numbers[to + 2] = word(indices >>> 32, ninths >>> 4, signs >>> 16);
        out.numbers[to + 3] = word(indices >>> 48, ninths >>> 6, signs >>> 24);
        int odd = u8(row, at + 106 + u / 2) >>> (u % 2 * 4) & 15;
        out.putStep(unit + u, scale * (2 * odd + 1));
      }
    }

    /// Two vectors.
    ///
    /// @param ninths their ninth bits, lowest first
    private static long word(long indices, int ninths, int signs) {
      long even = GRID[((int) indices & 255 | ninths << 8) & 511];
      long odd = GRID[((int) (indices >>> 8) & 255 | ninths >>> 1 << 8) & 511];
      return GridWords.signed(even | odd << 32, signs);
    }
  }

  static final class Iq1S extends ByteSuperReader {
    private static final long[] GRID = GridWords.of(Grid.IQ1, value -> 8 * value + 128);

    Iq1S() {
      super(50);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at) / 8;
      for (int u = 0; u < SUPER; u++) {
        int lows = i32(row, at + 2 + 4 * u);
        int rest = u16(row, at + 34 + 2 * u);
        long shift = ONES - (ONES << 1 & -(rest >>> 15)); // an eighth more or less
        int to = ByteRow.WORDS * (unit + u);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          int index = lows >>> (8 * w) & 255 | rest >>> (3 * w) << 8;
          out.numbers[to + w] = GRID[index & 2047] + shift;
        }
        out.putStep(unit + u, scale * (2 * (rest >>> 12 & 7) + 1));
      }
    }
  }
}
