package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Takes the blocks of a file apart, 32 columns at a time. The byte tables are those of the formats
/// in `puna.quant`.
abstract class UnitReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int TWO_BITS = 0x03030303;
  private static final int BITS = 0x01010101;
  private static final int SIGNS = 0x80808080;

  /// Reads unit `unit` of the row that starts at byte `row`.
  abstract void read(MemorySegment data, long row, int unit, Unit out);

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

  private static int i32(MemorySegment data, long at) {
    return data.get(INT, at);
  }

  private static int u16(MemorySegment data, long at) {
    return data.get(SHORT, at) & 0xFFFF;
  }

  private static int u8(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  /// Sixteen bytes: low nibbles are columns 0..15, high nibbles 16..31.
  private static void nibbles(MemorySegment data, long at, Unit out) {
    for (int i = 0; i < 4; i++) {
      int pairs = i32(data, at + 4L * i);
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
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + (long) unit * blockBytes;
      out.scale0 = u16(data, block);
      out.scale1 = minimum ? u16(data, block + 2) : 0;
      nibbles(data, block + (minimum ? 4 : 2), out);
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
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + (long) unit * blockBytes;
      out.scale0 = u16(data, block);
      out.scale1 = minimum ? u16(data, block + 2) : 0;
      long fifths = block + (minimum ? 4 : 2);
      nibbles(data, fifths + 4, out);
      int bits = i32(data, fifths);
      for (int q = 0; q < 8; q++) {
        // four bits to the lowest bit of four bytes each, then to the fifth
        out.quads[q] |= ((bits >>> (4 * q) & 15) * 0x00204081 & BITS) << 4;
      }
    }
  }

  private static final class Bytes8 extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 34L * unit;
      out.scale0 = u16(data, block);
      for (int q = 0; q < 8; q++) {
        out.quads[q] = i32(data, block + 2 + 4L * q) ^ SIGNS;
      }
    }
  }

  private static final class Float4 extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 17L * unit;
      out.scale0 = u8(data, block);
      nibbles(data, block + 1, out);
    }
  }

  private static final class TwoBitSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 84L * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(data, block + 80);
      out.super1 = u16(data, block + 82);
      out.scale0 = u8(data, block + 2L * group);
      out.scale1 = u8(data, block + 2L * group + 1);
      long quarters = block + 16 + 32L * (group / 4);
      for (int q = 0; q < 8; q++) {
        out.quads[q] = i32(data, quarters + 4L * q) >>> (2 * (group % 4)) & TWO_BITS;
      }
    }
  }

  private static final class ThreeBitSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 110L * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(data, block + 108);
      out.scale0 = scale(data, block + 96, 2 * group) - 32;
      out.scale1 = scale(data, block + 96, 2 * group + 1) - 32;
      long quarters = block + 32 + 32L * (group / 4);
      for (int q = 0; q < 8; q++) {
        int low = i32(data, quarters + 4L * q) >>> (2 * (group % 4)) & TWO_BITS;
        int third = i32(data, block + 4L * q) >>> group & BITS;
        out.quads[q] = low | third << 2;
      }
    }

    private static int scale(MemorySegment data, long at, int sixteen) {
      int low = u8(data, at + sixteen % 8) >>> (sixteen / 8 * 4) & 15;
      int high = u8(data, at + 8 + sixteen % 4) >>> (sixteen / 4 * 2) & 3;
      return low | high << 4;
    }
  }

  private static final class FourBitSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 144L * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(data, block);
      out.super1 = u16(data, block + 2);
      sixBits(data, block + 4, group, out);
      halfOfNibbles(data, block + 16, group, out);
    }
  }

  private static final class FiveBitSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 176L * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(data, block);
      out.super1 = u16(data, block + 2);
      sixBits(data, block + 4, group, out);
      halfOfNibbles(data, block + 48, group, out);
      for (int q = 0; q < 8; q++) {
        out.quads[q] |= (i32(data, block + 16 + 4L * q) >>> group & BITS) << 4;
      }
    }
  }

  /// Scale and minimum of group `group` from twelve bytes of six-bit numbers.
  private static void sixBits(MemorySegment data, long at, int group, Unit out) {
    if (group < 4) {
      out.scale0 = u8(data, at + group) & 63;
      out.scale1 = u8(data, at + 4 + group) & 63;
    } else {
      int low = u8(data, at + 4 + group);
      out.scale0 = low & 15 | u8(data, at + group - 4) >>> 6 << 4;
      out.scale1 = low >>> 4 | u8(data, at + group) >>> 6 << 4;
    }
  }

  /// 32 bytes hold two groups, the even one in the low nibbles.
  private static void halfOfNibbles(MemorySegment data, long at, int group, Unit out) {
    long pairs = at + 32L * (group / 2);
    for (int q = 0; q < 8; q++) {
      out.quads[q] = i32(data, pairs + 4L * q) >>> (4 * (group % 2)) & NIBBLES;
    }
  }

  private static final class SixBitSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 210L * (unit / 8);
      int half = unit % 8 / 4;
      int quarter = unit % 4;
      out.super0 = u16(data, block + 208);
      out.scale0 = u8(data, block + 192 + 2L * (unit % 8));
      out.scale1 = u8(data, block + 193 + 2L * (unit % 8));
      long lows = block + 64L * half + 32L * (quarter % 2);
      long highs = block + 128 + 32L * half;
      for (int q = 0; q < 8; q++) {
        int low = i32(data, lows + 4L * q) >>> (4 * (quarter / 2)) & NIBBLES;
        int high = i32(data, highs + 4L * q) >>> (2 * quarter) & TWO_BITS;
        out.quads[q] = low | high << 4;
      }
    }
  }

  private static final class UnevenSuper extends UnitReader {
    @Override
    void read(MemorySegment data, long row, int unit, Unit out) {
      long block = row + 136L * (unit / 8);
      int group = unit % 8;
      out.super0 = u16(data, block);
      int high = u16(data, block + 2) >>> (2 * group) & 3;
      int low = i32(data, block + 4) >>> (4 * group) & 15;
      out.scale0 = (low | high << 4) - 32;
      nibbles(data, block + 8 + 16L * group, out);
    }
  }
}
