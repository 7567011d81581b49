package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads single rows of a packed matrix back as float32, to the bit as the formats' own decoders
/// do: the embedding's way of reading, and the oracle of the kernels' own unpacking.
public final class PackedRowDecoder {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final PackedLayout layout;
  private final PackedType type;
  private final MemorySegment packed;
  private final int lanes;

  public PackedRowDecoder(PackedLayout layout, MemorySegment packed) {
    this.layout = layout;
    this.type = layout.type();
    this.packed = packed;
    this.lanes = layout.lanes();
  }

  /// Writes row `row`, `columns` float32 values, to byte `at` of `out`.
  public void decode(int row, MemorySegment out, long at) {
    long group = row / lanes * layout.groupBytes();
    int lane = row % lanes;
    for (int u = 0; u < layout.units(); u++) {
      for (int half = 0; half < 2; half++) {
        float scale = scale(group, u, lane, half);
        float minimum = minimum(group, u, lane, half);
        for (int i = 0; i < 16; i++) {
          int column = 16 * half + i;
          int level = type.levels().of(number(group, u, lane, column)) - type.offset();
          float value = scale * level + minimum;
          out.set(
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              at + 4L * (u * PackedLayout.UNIT + column),
              type.scales().hasMinimum() ? value : scale * level);
        }
      }
    }
  }

  private int number(long group, int u, int lane, int column) {
    int quad = column / 4;
    int shift = column % 4 * 8;
    long first = group + (long) u * layout.firstUnitBytes() + 4L * lane;
    int vector = 4 * lanes;
    Numbers numbers = type.numbers();
    int low;
    if (numbers.hasNibbles()) {
      int pairs = packed.get(INT, first + (long) (quad % 4) * vector) >>> shift;
      low = pairs >>> (quad / 4 * 4) & 15;
    } else if (numbers.hasTwoBitsFirst()) {
      low = twoBits(first, quad) >>> shift & 3;
    } else {
      return packed.get(INT, first + (long) quad * vector) >>> shift & 0xFF;
    }
    long second = group + layout.secondOffset() + (long) u * layout.secondUnitBytes();
    if (numbers.hasTwoBitsSecond()) {
      return low | (twoBits(second + 4L * lane, quad) >>> shift & 3) << 4;
    }
    if (numbers.hasBit()) {
      int both = packed.get(BYTE, second + (long) quad * lanes / 2 + lane / 2);
      int bit = both >>> (lane % 2 * 4 + column % 4) & 1;
      return low | bit << (numbers.bits() - 1);
    }
    return low;
  }

  private int twoBits(long at, int quad) {
    return packed.get(INT, at + (long) (quad / 4) * 4 * lanes) >>> (2 * (quad % 4));
  }

  private float scale(long group, int u, int lane, int half) {
    long at = group + layout.scaleOffset() + (long) u * layout.scaleUnitBytes();
    return switch (type.scales()) {
      case HALF, HALF_AND_MINIMUM -> half(at + 2L * lane);
      case EXPONENT -> power(packed.get(BYTE, at + lane) & 0xFF);
      case SUPER_AND_MINIMUM ->
          half(superAt(group, u, lane)) * (packed.get(BYTE, at + lane) & 0xFF);
      case SUPER -> half(superAt(group, u, lane)) * packed.get(BYTE, at + lane);
      case SUPER_HALVES ->
          half(superAt(group, u, lane)) * packed.get(BYTE, at + (long) half * lanes + lane);
      case SUPER_HALVES_AND_MINIMUM ->
          half(superAt(group, u, lane)) * (packed.get(BYTE, at + (long) half * lanes + lane) & 15);
    };
  }

  private float minimum(long group, int u, int lane, int half) {
    long at = group + layout.scaleOffset() + (long) u * layout.scaleUnitBytes();
    return switch (type.scales()) {
      case HALF, EXPONENT, SUPER, SUPER_HALVES -> 0;
      case HALF_AND_MINIMUM -> half(at + 2L * (lanes + lane));
      case SUPER_AND_MINIMUM ->
          -(half(superAt(group, u, lane) + 2L * lanes)
              * (packed.get(BYTE, at + lanes + lane) & 0xFF));
      case SUPER_HALVES_AND_MINIMUM ->
          -(half(superAt(group, u, lane) + 2L * lanes)
              * (packed.get(BYTE, at + (long) half * lanes + lane) >>> 4 & 15));
    };
  }

  private long superAt(long group, int u, int lane) {
    return group
        + layout.superOffset()
        + (long) u / PackedLayout.UNITS_PER_SUPER * layout.superBytes()
        + 2L * lane;
  }

  private float half(long at) {
    return Float.float16ToFloat(packed.get(SHORT, at));
  }

  /// `2^(exponent − 128)`; the two smallest are subnormal.
  private static float power(int exponent) {
    return Float.intBitsToFloat(exponent < 2 ? 0x20_0000 << exponent : (exponent - 1) << 23);
  }
}
