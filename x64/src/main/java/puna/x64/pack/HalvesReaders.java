package puna.x64.pack;

import puna.quant.Grid;

/// Readers of the lattice types with a scale for 16 weights: both halves of a unit become whole
/// numbers of one step.
///
/// That step is the largest that both halves' values are multiples of, where no number exceeds 127
/// then; else 1/127 of the largest magnitude, so that the mean squared error is at most 1e-4 of the
/// mean square of weights that spread as trained ones do. What the three levels of a grid become is
/// looked up by the two scales.
final class HalvesReaders {
  private static final long ONES = ByteReader.ONES;
  private static final int MOST = 127;

  /// Where an entry of a table holds its step, `MOST` times.
  private static final int STEP_SHIFT = 48;

  private HalvesReaders() {}

  /// The step that an entry holds, of the block's scale.
  private static float step(long entry) {
    return (entry >>> STEP_SHIFT) * (1f / MOST);
  }

  /// How magnitudes, whole numbers, become at most 127 steps.
  ///
  /// @param divisor greatest common, of all magnitudes
  private record Steps(int divisor, int largest) {
    static Steps of(int[] half0, int[] half1) {
      int divisor = 0;
      int largest = 0;
      for (int[] half : new int[][] {half0, half1}) {
        for (int magnitude : half) {
          divisor = ByteRow.greatestDivisor(divisor, magnitude);
          largest = Math.max(largest, magnitude);
        }
      }
      return new Steps(divisor, largest);
    }

    private boolean isExact() {
      return largest <= MOST * divisor;
    }

    /// An entry of a table: bytes 0 … 2 of half 0 and 3 … 5 of half 1, then the step.
    long entry(int[] half0, int[] half1) {
      long entry = (long) (isExact() ? MOST * divisor : largest) << STEP_SHIFT;
      for (int i = 0; i < half0.length; i++) {
        entry |= (long) half0[i] << (8 * i) | (long) half1[i] << (8 * i + 24);
      }
      return entry;
    }

    int of(int magnitude) {
      return isExact() ? magnitude / divisor : (2 * MOST * magnitude + largest) / (2 * largest);
    }
  }

  /// IQ2's levels, by whether they reach the second and the third of 8, 25 and 43.
  private static final class ThreeLevels {
    private static final int[] LEVELS = {8, 25, 43};

    /// By a byte with the scales of both halves, then by the bits of all levels of half 0, and of
    /// half 1. The bytes of a half: what 8 becomes, how much more 25, and how much more than that
    /// 43.
    private static final long[] ENTRIES = new long[256 * 16];

    static {
      for (int i = 0; i < ENTRIES.length; i++) {
        int[] half0 = magnitudes(i >>> 4 & 15, Integer.bitCount(i & 3));
        int[] half1 = magnitudes(i >>> 8, Integer.bitCount(i & 12));
        Steps steps = Steps.of(half0, half1);
        ENTRIES[i] = steps.entry(rises(half0, steps), rises(half1, steps));
      }
    }

    private static int[] magnitudes(int scale, int largest) {
      int[] magnitudes = new int[largest + 1];
      for (int i = 0; i <= largest; i++) {
        magnitudes[i] = LEVELS[i] * (2 * scale + 1);
      }
      return magnitudes;
    }

    private static int[] rises(int[] magnitudes, Steps steps) {
      int[] rises = new int[LEVELS.length];
      int below = 0;
      for (int i = 0; i < magnitudes.length; i++) {
        rises[i] = steps.of(magnitudes[i]) - below;
        below += rises[i];
      }
      return rises;
    }

    /// Bit 0 of a byte: at least 25. Bit 1: 43.
    static long[] grid(Grid grid) {
      return GridWords.of(grid, value -> value == LEVELS[0] ? 0 : value == LEVELS[1] ? 1 : 3);
    }

    /// @param scales of half 0 in the low nibble, of half 1 in the high one
    /// @param half0 all levels of the half, in the bits of `grid`
    static long entry(int scales, long half0, long half1) {
      long bits = half0 | half1 << 2;
      bits |= bits >>> 32;
      bits |= bits >>> 16;
      bits |= bits >>> 8;
      return ENTRIES[(scales << 4 | (int) bits & 15) & 4095];
    }

    /// What levels become, 128 added.
    ///
    /// @param three bytes of an entry
    static long numbers(long levels, int three) {
      return ((three & 255) + 128) * ONES
          + (levels & ONES) * (three >>> 8 & 255)
          + (levels >>> 1 & ONES) * (three >>> 16 & 255);
    }
  }

  static final class Iq2Xs extends ByteSuperReader {
    private static final long[] GRID = ThreeLevels.grid(Grid.IQ2_XS);

    Iq2Xs() {
      super(74);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at) / 8;
      for (int u = 0; u < SUPER; u++) {
        long vectors = i64(row, at + 2 + 8 * u);
        long a = GRID[(int) vectors & 511];
        long b = GRID[(int) (vectors >>> 16) & 511];
        long c = GRID[(int) (vectors >>> 32) & 511];
        long d = GRID[(int) (vectors >>> 48) & 511];
        long entry = ThreeLevels.entry(u8(row, at + 66 + u), a | b, c | d);
        int half0 = (int) entry;
        int half1 = (int) (entry >>> 24);
        int to = ByteRow.WORDS * (unit + u);
        out.numbers[to] = signed(a, half0, vectors);
        out.numbers[to + 1] = signed(b, half0, vectors >>> 16);
        out.numbers[to + 2] = signed(c, half1, vectors >>> 32);
        out.numbers[to + 3] = signed(d, half1, vectors >>> 48);
        out.putStep(unit + u, scale * step(entry));
      }
    }

    private static long signed(long levels, int three, long vector) {
      return GridWords.evenlySigned(ThreeLevels.numbers(levels, three), (int) (vector >>> 9));
    }
  }

  static final class Iq2S extends ByteSuperReader {
    private static final long[] GRID = ThreeLevels.grid(Grid.IQ2_S);

    Iq2S() {
      super(82);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = half(row, at) / 8;
      for (int u = 0; u < SUPER; u++) {
        int lows = i32(row, at + 2 + 4 * u);
        int highs = u8(row, at + 66 + u);
        long a = GRID[(lows & 255 | highs << 8) & 1023];
        long b = GRID[(lows >>> 8 & 255 | highs >>> 2 << 8) & 1023];
        long c = GRID[(lows >>> 16 & 255 | highs >>> 4 << 8) & 1023];
        long d = GRID[(lows >>> 24 | highs >>> 6 << 8) & 1023];
        long entry = ThreeLevels.entry(u8(row, at + 74 + u), a | b, c | d);
        int half0 = (int) entry;
        int half1 = (int) (entry >>> 24);
        int signs = i32(row, at + 34 + 4 * u);
        int to = ByteRow.WORDS * (unit + u);
        out.numbers[to] = signed(a, half0, signs);
        out.numbers[to + 1] = signed(b, half0, signs >>> 8);
        out.numbers[to + 2] = signed(c, half1, signs >>> 16);
        out.numbers[to + 3] = signed(d, half1, signs >>> 24);
        out.putStep(unit + u, scale * step(entry));
      }
    }

    private static long signed(long levels, int three, int signs) {
      return GridWords.signed(ThreeLevels.numbers(levels, three), signs);
    }
  }

  /// A grid's −1, 0 and 1 and an eighth more are −7, 1 and 9 eighths, with an eighth less −9, −1
  /// and 7.
  static final class Iq1M extends ByteSuperReader {
    /// Bit 0 of a byte: at least 0. Bit 1: 1.
    private static final long[] GRID =
        GridWords.of(Grid.IQ1, value -> value < 0 ? 0 : value == 0 ? 1 : 3);

    /// By the scales of both halves, three bits each. The bytes of a half: what 7 becomes, from −7
    /// to 1, and from 1 to 9.
    private static final long[] ENTRIES = new long[64];

    static {
      for (int i = 0; i < ENTRIES.length; i++) {
        int[] half0 = magnitudes(i & 7);
        int[] half1 = magnitudes(i >>> 3);
        Steps steps = Steps.of(half0, half1);
        ENTRIES[i] = steps.entry(rises(half0, steps), rises(half1, steps));
      }
    }

    private static int[] magnitudes(int scale) {
      int odd = 2 * scale + 1;
      return new int[] {odd, 7 * odd, 9 * odd};
    }

    private static int[] rises(int[] magnitudes, Steps steps) {
      int one = steps.of(magnitudes[0]);
      int seven = steps.of(magnitudes[1]);
      return new int[] {seven, seven + one, steps.of(magnitudes[2]) - one};
    }

    Iq1M() {
      super(56);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float scale = scale(row, at + 48) / 8;
      for (int u = 0; u < SUPER; u++) {
        int lows = i32(row, at + 4 * u);
        int nibbles = u16(row, at + 32 + 2 * u);
        int scales = u16(row, at + 48 + u / 2 * 2) >>> (u % 2 * 6) & 63;
        long entry = ENTRIES[scales];
        int half0 = (int) entry;
        int half1 = (int) (entry >>> 24);
        int to = ByteRow.WORDS * (unit + u);
        out.numbers[to] = numbers(lows, nibbles, half0);
        out.numbers[to + 1] = numbers(lows >>> 8, nibbles >>> 4, half0);
        out.numbers[to + 2] = numbers(lows >>> 16, nibbles >>> 8, half1);
        out.numbers[to + 3] = numbers(lows >>> 24, nibbles >>> 12, half1);
        out.putStep(unit + u, scale * step(entry));
      }
    }

    /// @param three bytes of an entry
    private static long numbers(int low, int nibble, int three) {
      long levels = GRID[(low & 255 | nibble << 8) & 2047];
      int less = -(nibble >>> 3 & 1); // all bits set where an eighth is taken away
      int seven = three & 255;
      int lower = three >>> 8 & 255;
      int upper = three >>> 16 & 255;
      int swap = (lower ^ upper) & less;
      int first = 128 - seven - (lower + upper - 2 * seven & less);
      return first * ONES
          + (levels & ONES) * (lower ^ swap)
          + (levels >>> 1 & ONES) * (upper ^ swap);
    }

    /// The f16 whose nibbles are the highest of four u16.
    private static float scale(byte[] row, int at) {
      long four = i64(row, at);
      long bits =
          four >>> 12 & 15 | four >>> 24 & 0xF0 | four >>> 36 & 0xF00 | four >>> 48 & 0xF000;
      return Float.float16ToFloat((short) bits);
    }
  }
}
