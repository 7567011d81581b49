package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// Lays the rows of a file out for the kernels, and reads single rows back.
public final class Packer {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final PackedLayout layout;
  private final PackedType type;
  private final UnitReader reader;
  private final int lanes;
  private final Unit unit = new Unit();

  /// @param layout of the packed matrix
  /// @param source the type of the rows; another than the layout's is requantized
  public Packer(PackedLayout layout, TensorType source) {
    this.layout = layout;
    this.type = layout.type();
    this.reader =
        source.name().equals(type.name())
            ? UnitReader.of(type)
            : new RequantizingReader(BlockFormats.of(source).orElseThrow());
    this.lanes = layout.lanes();
  }

  /// Packs row `row` of `source`, whose rows are `rowBytes` long.
  public void packRow(MemorySegment source, long rowBytes, int row, MemorySegment packed) {
    long group = row / lanes * layout.groupBytes();
    int lane = row % lanes;
    for (int u = 0; u < layout.units(); u++) {
      reader.read(source, row * rowBytes, u, unit);
      putUnit(packed, group, u, lane);
    }
  }

  /// Packs a unit that was taken apart elsewhere.
  private void putUnit(MemorySegment packed, long group, int u, int lane) {
    putNumbers(packed, group, u, lane);
    putScales(packed, group, u, lane);
    if (type.scales().isSuper() && u % PackedLayout.UNITS_PER_SUPER == 0) {
      long at =
          group
              + layout.superOffset()
              + (long) u / PackedLayout.UNITS_PER_SUPER * layout.superBytes()
              + 2L * lane;
      packed.set(SHORT, at, (short) unit.super0);
      if (type.scales().hasMinimum()) {
        packed.set(SHORT, at + 2L * lanes, (short) unit.super1);
      }
    }
  }

  private void putNumbers(MemorySegment packed, long group, int u, int lane) {
    int[] quads = unit.quads;
    long first = group + (long) u * layout.firstUnitBytes() + 4L * lane;
    int vector = 4 * lanes;
    Numbers numbers = type.numbers();
    if (numbers.hasNibbles()) {
      for (int i = 0; i < 4; i++) {
        int pairs = quads[i] & 0x0F0F0F0F | (quads[i + 4] & 0x0F0F0F0F) << 4;
        packed.set(INT, first + (long) i * vector, pairs);
      }
    } else if (numbers.hasTwoBitsFirst()) {
      putTwoBits(packed, first, 0);
    } else {
      for (int i = 0; i < 8; i++) {
        packed.set(INT, first + (long) i * vector, quads[i]);
      }
    }
    long second = group + layout.secondOffset() + (long) u * layout.secondUnitBytes();
    if (numbers.hasTwoBitsSecond()) {
      putTwoBits(packed, second + 4L * lane, 4);
    } else if (numbers.hasBit()) {
      putBits(packed, second, lane, numbers.bits() - 1);
    }
  }

  /// Bits `shift` and above of the quads, four quads a vector.
  private void putTwoBits(MemorySegment packed, long at, int shift) {
    for (int i = 0; i < 2; i++) {
      int all = 0;
      for (int f = 0; f < 4; f++) {
        all |= (unit.quads[4 * i + f] >>> shift & 0x03030303) << (2 * f);
      }
      packed.set(INT, at + 4L * i * lanes, all);
    }
  }

  /// Bit `shift` of every byte: four bits a lane and quad, two lanes a byte.
  private void putBits(MemorySegment packed, long second, int lane, int shift) {
    for (int q = 0; q < 8; q++) {
      // the lowest bits of four bytes to four bits
      int four = (unit.quads[q] >>> shift & 0x01010101) * 0x10204080 >>> 28;
      long at = second + (long) q * lanes / 2 + lane / 2;
      int both = packed.get(BYTE, at);
      int place = lane % 2 * 4;
      packed.set(BYTE, at, (byte) (both & ~(15 << place) | four << place));
    }
  }

  private void putScales(MemorySegment packed, long group, int u, int lane) {
    long at = group + layout.scaleOffset() + (long) u * layout.scaleUnitBytes();
    switch (type.scales()) {
      case HALF -> packed.set(SHORT, at + 2L * lane, (short) unit.scale0);
      case HALF_AND_MINIMUM -> {
        packed.set(SHORT, at + 2L * lane, (short) unit.scale0);
        packed.set(SHORT, at + 2L * (lanes + lane), (short) unit.scale1);
      }
      case EXPONENT, SUPER -> packed.set(BYTE, at + lane, (byte) unit.scale0);
      case SUPER_AND_MINIMUM, SUPER_HALVES, SUPER_HALVES_AND_MINIMUM -> {
        packed.set(BYTE, at + lane, (byte) unit.scale0);
        packed.set(BYTE, at + lanes + lane, (byte) unit.scale1);
      }
    }
  }
}
