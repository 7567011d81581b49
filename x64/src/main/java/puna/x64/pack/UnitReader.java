package puna.x64.pack;

/// Takes the blocks of a file apart, 32 columns at a time, or 256 where blocks are that long. The
/// byte tables are those of the formats in `puna.quant`.
abstract class UnitReader extends RowReader {
  private static final int SUPER = PackedLayout.UNITS_PER_SUPER;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int TWO_BITS = 0x03030303;
  private static final int PAIRS_OF_FIELDS = 0x33333333;
  private static final long LOWEST_BITS = 0x0101010101010101L;
  private static final long GATHER_BITS = 0x0102040810204080L; // bit 8i to bit 56 + i

  /// Units that are read together.
  int together() {
    return 1;
  }

  /// Reads units `unit … unit + together() − 1` of the row whose bytes are `row`.
  ///
  /// @param unit a multiple of `together()`
  abstract void read(byte[] row, int unit, Unit[] out);

  static UnitReader of(PackedType type) {
    return switch (type) {
      case Q4_0, IQ4_NL -> new Nibbles(18, false);
      case Q4_1 -> new Nibbles(20, true);
      case Q5_0 -> new FiveBits(22, false);
      case Q5_1 -> new FiveBits(24, true);
      case Q8_0 -> throw new IllegalArgumentException(type + " is read by a ByteReader");
      case Q2_K -> new TwoBitSuper();
      case Q3_K -> new ThreeBitSuper();
      case Q4_K -> new FourBitSuper();
      case Q5_K -> new FiveBitSuper();
      case Q6_K -> new SixBitSuper();
      case IQ4_XS -> new UnevenSuper();
      case MXFP4 -> new Float4();
    };
  }

  /// Sixteen bytes: low nibbles are columns 0..15, high nibbles 16..31, which is what is packed.
  private static void nibbles(byte[] row, int at, Unit out) {
    for (int i = 0; i < 4; i++) {
      out.first[i] = i32(row, at + 4 * i);
    }
  }

  /// 32 bytes hold two units, the even one in the low nibbles.
  private static void pairsOfUnits(byte[] row, int at, Unit even, Unit odd) {
    for (int i = 0; i < 4; i++) {
      int low = i32(row, at + 4 * i); // columns 4i … of both units
      int high = i32(row, at + 4 * i + 16); // columns 16 + 4i …
      even.first[i] = low & NIBBLES | (high & NIBBLES) << 4;
      odd.first[i] = low >>> 4 & NIBBLES | high & ~NIBBLES;
    }
  }

  /// 32 bytes of a bit for each of eight units.
  private static void bits(byte[] row, int at, Unit[] out) {
    long a = i64(row, at);
    long b = i64(row, at + 8);
    long c = i64(row, at + 16);
    long d = i64(row, at + 24);
    for (int u = 0; u < SUPER; u++) {
      out[u].bits =
          lowestBits(a >>> u)
              | lowestBits(b >>> u) << 8
              | lowestBits(c >>> u) << 16
              | lowestBits(d >>> u) << 24;
    }
  }

  /// The lowest bit of each of eight bytes.
  private static int lowestBits(long bytes) {
    return (int) ((bytes & LOWEST_BITS) * GATHER_BITS >>> 56);
  }

  private static final class Nibbles extends UnitReader {
    private final int blockBytes;
    private final boolean minimum;

    Nibbles(int blockBytes, boolean minimum) {
      this.blockBytes = blockBytes;
      this.minimum = minimum;
    }

    @Override
    void read(byte[] row, int unit, Unit[] out) {
      int block = unit * blockBytes;
      out[0].scale0 = u16(row, block);
      out[0].scale1 = minimum ? u16(row, block + 2) : 0;
      nibbles(row, block + (minimum ? 4 : 2), out[0]);
    }
  }

  private static final class FiveBits extends UnitReader {
    private final int blockBytes;
    private final boolean minimum;

    FiveBits(int blockBytes, boolean minimum) {
      this.blockBytes = blockBytes;
      this.minimum = minimum;
    }

    @Override
    void read(byte[] row, int unit, Unit[] out) {
      int block = unit * blockBytes;
      out[0].scale0 = u16(row, block);
      out[0].scale1 = minimum ? u16(row, block + 2) : 0;
      int fifths = block + (minimum ? 4 : 2);
      out[0].bits = i32(row, fifths);
      nibbles(row, fifths + 4, out[0]);
    }
  }

  private static final class Float4 extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit[] out) {
      int block = 17 * unit;
      out[0].scale0 = u8(row, block);
      nibbles(row, block + 1, out[0]);
    }
  }

  /// Blocks of eight units.
  private abstract static class SuperReader extends UnitReader {
    private final int blockBytes;
    private final int[] words = new int[4];

    SuperReader(int blockBytes) {
      this.blockBytes = blockBytes;
    }

    @Override
    int together() {
      return SUPER;
    }

    @Override
    void read(byte[] row, int unit, Unit[] out) {
      block(row, unit / SUPER * blockBytes, out);
    }

    /// Reads the block at byte `at`.
    abstract void block(byte[] row, int at, Unit[] out);

    /// Four words of four columns, each byte of which holds two bits of four units: transposed, so
    /// that word `g` holds unit `g`, and bits `2f` of it what was in word `f`.
    final int[] transposed(byte[] row, int at) {
      int a = i32(row, at);
      int b = i32(row, at + 4);
      int c = i32(row, at + 8);
      int d = i32(row, at + 12);
      int ab = (a >>> 2 ^ b) & PAIRS_OF_FIELDS;
      int cd = (c >>> 2 ^ d) & PAIRS_OF_FIELDS;
      a ^= ab << 2;
      b ^= ab;
      c ^= cd << 2;
      d ^= cd;
      int ac = (a >>> 4 ^ c) & NIBBLES;
      int bd = (b >>> 4 ^ d) & NIBBLES;
      words[0] = a ^ ac << 4;
      words[1] = b ^ bd << 4;
      words[2] = c ^ ac;
      words[3] = d ^ bd;
      return words;
    }

    /// 64 bytes of two-bit numbers, 32 for each half of the units, as first words.
    final void twoBits(byte[] row, int at, Unit[] out) {
      for (int half = 0; half < 2; half++) {
        for (int i = 0; i < 2; i++) {
          int[] of = transposed(row, at + 32 * half + 16 * i);
          for (int g = 0; g < 4; g++) {
            out[4 * half + g].first[i] = of[g];
          }
        }
      }
    }
  }

  private static final class TwoBitSuper extends SuperReader {
    TwoBitSuper() {
      super(84);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      out[0].super0 = u16(row, at + 80);
      out[0].super1 = u16(row, at + 82);
      for (int u = 0; u < SUPER; u++) {
        out[u].scale0 = u8(row, at + 2 * u);
        out[u].scale1 = u8(row, at + 2 * u + 1);
      }
      twoBits(row, at + 16, out);
    }
  }

  private static final class ThreeBitSuper extends SuperReader {
    ThreeBitSuper() {
      super(110);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      out[0].super0 = u16(row, at + 108);
      int high = i32(row, at + 104);
      for (int half = 0; half < 2; half++) {
        int low = i32(row, at + 96 + 4 * half);
        scales(low & NIBBLES | (high >>> (2 * half) & TWO_BITS) << 4, 2 * half, out);
        scales(low >>> 4 & NIBBLES | (high >>> (2 * half + 4) & TWO_BITS) << 4, 2 * half + 4, out);
      }
      bits(row, at, out);
      twoBits(row, at + 32, out);
    }

    /// Four scales of six bits: those of two units.
    private static void scales(int four, int unit, Unit[] out) {
      for (int i = 0; i < 2; i++) {
        out[unit + i].scale0 = (four >>> (16 * i) & 63) - 32;
        out[unit + i].scale1 = (four >>> (16 * i + 8) & 63) - 32;
      }
    }
  }

  private static final class FourBitSuper extends SuperReader {
    FourBitSuper() {
      super(144);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      sixBits(row, at, out);
      for (int u = 0; u < SUPER; u += 2) {
        pairsOfUnits(row, at + 16 + 16 * u, out[u], out[u + 1]);
      }
    }
  }

  private static final class FiveBitSuper extends SuperReader {
    FiveBitSuper() {
      super(176);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      sixBits(row, at, out);
      for (int u = 0; u < SUPER; u += 2) {
        pairsOfUnits(row, at + 48 + 16 * u, out[u], out[u + 1]);
      }
      bits(row, at + 16, out);
    }
  }

  /// The block's scale and minimum, and the units' from twelve bytes of six-bit numbers.
  private static void sixBits(byte[] row, int block, Unit[] out) {
    out[0].super0 = u16(row, block);
    out[0].super1 = u16(row, block + 2);
    int at = block + 4;
    for (int u = 0; u < 4; u++) {
      int scales = u8(row, at + u);
      int minimums = u8(row, at + 4 + u);
      int lows = u8(row, at + 8 + u);
      out[u].scale0 = scales & 63;
      out[u].scale1 = minimums & 63;
      out[u + 4].scale0 = lows & 15 | scales >>> 6 << 4;
      out[u + 4].scale1 = lows >>> 4 | minimums >>> 6 << 4;
    }
  }

  private static final class SixBitSuper extends SuperReader {
    SixBitSuper() {
      super(210);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      out[0].super0 = u16(row, at + 208);
      for (int u = 0; u < SUPER; u++) {
        out[u].scale0 = u8(row, at + 192 + 2 * u);
        out[u].scale1 = u8(row, at + 193 + 2 * u);
      }
      for (int half = 0; half < 2; half++) {
        int u = 4 * half;
        pairsOfUnits(row, at + 64 * half, out[u], out[u + 2]);
        pairsOfUnits(row, at + 64 * half + 32, out[u + 1], out[u + 3]);
        for (int i = 0; i < 2; i++) {
          int[] of = transposed(row, at + 128 + 32 * half + 16 * i);
          for (int g = 0; g < 4; g++) {
            out[u + g].second[i] = of[g];
          }
        }
      }
    }
  }

  private static final class UnevenSuper extends SuperReader {
    UnevenSuper() {
      super(136);
    }

    @Override
    void block(byte[] row, int at, Unit[] out) {
      out[0].super0 = u16(row, at);
      int highs = u16(row, at + 2);
      int lows = i32(row, at + 4);
      for (int u = 0; u < SUPER; u++) {
        out[u].scale0 = (lows >>> (4 * u) & 15 | (highs >>> (2 * u) & 3) << 4) - 32;
        nibbles(row, at + 8 + 16 * u, out[u]);
      }
    }
  }
}
