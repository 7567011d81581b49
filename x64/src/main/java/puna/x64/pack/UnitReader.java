package puna.x64.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Takes the blocks of a file apart, 32 columns at a time. The byte tables are those of the formats
/// in `puna.quant`.
abstract class UnitReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int TWO_BITS = 0x03030303;
  private static final int BITS = 0x01010101;
  private static final int SIGNS = 0x80808080;

  /// Reads unit `unit` of the row whose bytes are `row`.
  abstract void read(byte[] row, int unit, Unit out);

  static UnitReader of(PackedType type) {
    return switch (type) {
      case Q4_0, IQ4_NL -> new Nibbles(18, false);
      case Q4_1 -> new Nibbles(20, true);
      case Q5_0 -> new FiveBits(22, false);
      case Q5_1 -> new FiveBits(24, true);
      case Q8_0 -> new Bytes8();
      case Q2_K -> new TwoBitSuper();
      case Q3_K -> new ThreeBitSuper();
      case Q4_K -> new FourBitSuper();
      case Q5_K -> new FiveBitSuper();
      case Q6_K -> new SixBitSuper();
      case IQ4_XS -> new UnevenSuper();
      case MXFP4 -> new Float4();
    };
  }

  private static int i32(byte[] row, int at) {
    return (int) INT.get(row, at);
  }

  private static int u16(byte[] row, int at) {
    return (short) SHORT.get(row, at) & 0xFFFF;
  }

  private static int u8(byte[] row, int at) {
    return row[at] & 0xFF;
  }

  /// Sixteen bytes: low nibbles are columns 0..15, high nibbles 16..31.
  private static void nibbles(byte[] row, int at, Unit out) {
    for (int i = 0; i < 4; i++) {
      int pairs = i32(row, at + 4 * i);
      out.quads[i] = pairs & NIBBLES;
      out.quads[4 + i] = pairs >>> 4 & NIBBLES;
    }
  }

  private static final class Nibbles extends UnitReader {
    private final int blockBytes;
    private final boolean minimum;

    Nibbles(int blockBytes, boolean minimum) {
      this.blockBytes = blockBytes;
      this.minimum = minimum;
    }

    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = unit * blockBytes;
      out.scale0 = u16(row, block);
      out.scale1 = minimum ? u16(row, block + 2) : 0;
      nibbles(row, block + (minimum ? 4 : 2), out);
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
    void read(byte[] row, int unit, Unit out) {
      int block = unit * blockBytes;
      out.scale0 = u16(row, block);
      out.scale1 = minimum ? u16(row, block + 2) : 0;
      int fifths = block + (minimum ? 4 : 2);
      nibbles(row, fifths + 4, out);
      int bits = i32(row, fifths);
      for (int q = 0; q < 8; q++) {
        // four bits to the lowest bit of four bytes each, then to the fifth
        out.quads[q] |= ((bits >>> (4 * q) & 15) * 0x00204081 & BITS) << 4;
      }
    }
  }

  private static final class Bytes8 extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 34 * unit;
      out.scale0 = u16(row, block);
      for (int q = 0; q < 8; q++) {
        out.quads[q] = i32(row, block + 2 + 4 * q) ^ SIGNS;
      }
    }
  }

  private static final class Float4 extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 17 * unit;
      out.scale0 = u8(row, block);
      nibbles(row, block + 1, out);
    }
  }

  private static final class TwoBitSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 84 * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(row, block + 80);
      out.super1 = u16(row, block + 82);
      out.scale0 = u8(row, block + 2 * group);
      out.scale1 = u8(row, block + 2 * group + 1);
      int quarters = block + 16 + 32 * (group / 4);
      for (int q = 0; q < 8; q++) {
        out.quads[q] = i32(row, quarters + 4 * q) >>> (2 * (group % 4)) & TWO_BITS;
      }
    }
  }

  private static final class ThreeBitSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 110 * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(row, block + 108);
      out.scale0 = scale(row, block + 96, 2 * group) - 32;
      out.scale1 = scale(row, block + 96, 2 * group + 1) - 32;
      int quarters = block + 32 + 32 * (group / 4);
      for (int q = 0; q < 8; q++) {
        int low = i32(row, quarters + 4 * q) >>> (2 * (group % 4)) & TWO_BITS;
        int third = i32(row, block + 4 * q) >>> group & BITS;
        out.quads[q] = low | third << 2;
      }
    }

    private static int scale(byte[] row, int at, int sixteen) {
      int low = u8(row, at + sixteen % 8) >>> (sixteen / 8 * 4) & 15;
      int high = u8(row, at + 8 + sixteen % 4) >>> (sixteen / 4 * 2) & 3;
      return low | high << 4;
    }
  }

  private static final class FourBitSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 144 * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(row, block);
      out.super1 = u16(row, block + 2);
      sixBits(row, block + 4, group, out);
      halfOfNibbles(row, block + 16, group, out);
    }
  }

  private static final class FiveBitSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 176 * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(row, block);
      out.super1 = u16(row, block + 2);
      sixBits(row, block + 4, group, out);
      halfOfNibbles(row, block + 48, group, out);
      for (int q = 0; q < 8; q++) {
        out.quads[q] |= (i32(row, block + 16 + 4 * q) >>> group & BITS) << 4;
      }
    }
  }

  /// Scale and minimum of group `group` from twelve bytes of six-bit numbers.
  private static void sixBits(byte[] row, int at, int group, Unit out) {
    if (group < 4) {
      out.scale0 = u8(row, at + group) & 63;
      out.scale1 = u8(row, at + 4 + group) & 63;
    } else {
      int low = u8(row, at + 4 + group);
      out.scale0 = low & 15 | u8(row, at + group - 4) >>> 6 << 4;
      out.scale1 = low >>> 4 | u8(row, at + group) >>> 6 << 4;
    }
  }

  /// 32 bytes hold two groups, the even one in the low nibbles.
  private static void halfOfNibbles(byte[] row, int at, int group, Unit out) {
    int pairs = at + 32 * (group / 2);
    for (int q = 0; q < 8; q++) {
      out.quads[q] = i32(row, pairs + 4 * q) >>> (4 * (group % 2)) & NIBBLES;
    }
  }

  private static final class SixBitSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 210 * (unit / 8);
      int half = unit % 8 / 4;
      int quarter = unit % 4;
      out.super0 = u16(row, block + 208);
      out.scale0 = u8(row, block + 192 + 2 * (unit % 8));
      out.scale1 = u8(row, block + 193 + 2 * (unit % 8));
      int lows = block + 64 * half + 32 * (quarter % 2);
      int highs = block + 128 + 32 * half;
      for (int q = 0; q < 8; q++) {
        int low = i32(row, lows + 4 * q) >>> (4 * (quarter / 2)) & NIBBLES;
        int high = i32(row, highs + 4 * q) >>> (2 * quarter) & TWO_BITS;
        out.quads[q] = low | high << 4;
      }
    }
  }

  private static final class UnevenSuper extends UnitReader {
    @Override
    void read(byte[] row, int unit, Unit out) {
      int block = 136 * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(row, block);
      int high = u16(row, block + 2) >>> (2 * group) & 3;
      int low = i32(row, block + 4) >>> (4 * group) & 15;
      out.scale0 = (low | high << 4) - 32;
      nibbles(row, block + 8 + 16 * group, out);
    }
  }
}
