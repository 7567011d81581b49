package puna.x64.pack;

import java.util.Arrays;

/// Readers of types with one or two bits a weight and no table: every weight is a whole number of
/// the block's scale, whose f16 is kept to the bit.
final class FewBitReaders {
  private static final long ONES = ByteReader.ONES;

  /// What is added to eight numbers that are one too large.
  private static final long MINUS_ONES = 127 * ONES;

  private static final long THREES = 3 * ONES;

  private FewBitReaders() {}

  /// `Q1_0`: a bit a weight, 128 a block.
  static final class Signs extends ByteReader {
    private static final int UNITS = 4;
    private static final long[] OF_BITS = new long[256];

    static {
      for (int bits = 0; bits < 256; bits++) {
        for (int b = 0; b < 8; b++) {
          OF_BITS[bits] |= ((bits >>> b & 1) * 2L + 127) << (8 * b);
        }
      }
    }

    @Override
    void read(byte[] row, int units, ByteRow out) {
      for (int u = 0; u < units; u++) {
        int block = u / UNITS * 18;
        int bits = i32(row, block + 2 + u % UNITS * 4);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          out.numbers[ByteRow.WORDS * u + w] = OF_BITS[bits >>> (8 * w) & 255];
        }
        out.steps[u] = i16(row, block);
      }
    }
  }

  /// `Q2_0`: four neighbours a byte, 64 a block.
  static final class TwoBits extends ByteReader {
    private static final int UNITS = 2;
    private static final long[] OF_BYTE = new long[256]; // four numbers

    static {
      for (int bits = 0; bits < 256; bits++) {
        for (int b = 0; b < 4; b++) {
          OF_BYTE[bits] |= ((bits >>> (2 * b) & 3) + 127L) << (8 * b);
        }
      }
    }

    @Override
    void read(byte[] row, int units, ByteRow out) {
      for (int u = 0; u < units; u++) {
        int block = u / UNITS * 18;
        long bits = i64(row, block + 2 + u % UNITS * 8);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          out.numbers[ByteRow.WORDS * u + w] =
              OF_BYTE[(int) (bits >>> (16 * w)) & 255]
                  | OF_BYTE[(int) (bits >>> (16 * w + 8)) & 255] << 32;
        }
        out.steps[u] = i16(row, block);
      }
    }
  }

  /// `TQ2_0`: a byte has two bits of four units, 256 a block.
  static final class TwoBitsOfSuper extends ByteSuperReader {
    TwoBitsOfSuper() {
      super(66);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      for (int half = 0; half < 2; half++) {
        for (int w = 0; w < ByteRow.WORDS; w++) {
          long bits = i64(row, at + 32 * half + 8 * w);
          int to = ByteRow.WORDS * (unit + 4 * half) + w;
          out.numbers[to] = (bits & THREES) + MINUS_ONES;
          out.numbers[to + ByteRow.WORDS] = (bits >>> 2 & THREES) + MINUS_ONES;
          out.numbers[to + 2 * ByteRow.WORDS] = (bits >>> 4 & THREES) + MINUS_ONES;
          out.numbers[to + 3 * ByteRow.WORDS] = (bits >>> 6 & THREES) + MINUS_ONES;
        }
      }
      Arrays.fill(out.steps, unit, unit + SUPER, i16(row, at + 64));
    }
  }

  /// `TQ1_0`: a byte is a fraction in base 3 of five digits, each of another column; 256 a block.
  static final class Trits extends ByteSuperReader {
    /// Every other byte, so that there is room for a digit in front of a fraction.
    private static final long FRACTIONS = 0x00FF_00FF_00FF_00FFL;

    private static final long DIGITS = 0x0003_0003_0003_0003L;

    Trits() {
      super(54);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      int word = ByteRow.WORDS * unit;
      for (int i = 0; i < 4; i++) {
        fives(i64(row, at + 8 * i), out.numbers, word + i, 4);
      }
      for (int i = 0; i < 2; i++) {
        fives(i64(row, at + 32 + 8 * i), out.numbers, word + 20 + i, 2);
      }
      fours(i32(row, at + 48), out.numbers, word + 30);
      Arrays.fill(out.steps, unit, unit + SUPER, i16(row, at + 52));
    }

    /// Five digits of eight bytes, the next `stride` words on.
    private static void fives(long bytes, long[] out, int at, int stride) {
      long even = bytes & FRACTIONS;
      long odd = bytes >>> 8 & FRACTIONS;
      for (int k = 0; k < 5; k++) {
        even *= 3;
        odd *= 3;
        out[at + k * stride] = (even >>> 8 & DIGITS | odd & DIGITS << 8) + MINUS_ONES;
        even &= FRACTIONS;
        odd &= FRACTIONS;
      }
    }

    /// Four digits of four bytes: four columns each.
    private static void fours(int bytes, long[] out, int at) {
      // the second digit of the bytes beside their first, so that each step gives two of them
      long first = bytes & 0xFFFF_FFFFL;
      long even = first & FRACTIONS;
      long odd = first >>> 8 & FRACTIONS;
      even |= (even * 3 & FRACTIONS) << 32;
      odd |= (odd * 3 & FRACTIONS) << 32;
      out[at] = (even * 3 >>> 8 & DIGITS | odd * 3 & DIGITS << 8) + MINUS_ONES;
      even = even * 9 & FRACTIONS;
      odd = odd * 9 & FRACTIONS;
      out[at + 1] = (even * 3 >>> 8 & DIGITS | odd * 3 & DIGITS << 8) + MINUS_ONES;
    }
  }
}
