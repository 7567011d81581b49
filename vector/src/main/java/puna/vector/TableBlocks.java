package puna.vector;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static puna.vector.Lanes.COUNT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;

/// Decoders of the types whose nibbles name one of sixteen levels; byte j of each 16 holds elements
/// j (low nibble) and j + 16.
final class TableBlocks {
  private static final int[] UNEVEN = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final int[] FLOATS_DOUBLED = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12
  };

  private TableBlocks() {}

  /// `| 0..1 scale f16 | 2..17 nibbles |`, level · scale.
  static void decodeIq4Nl(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += 32, block += 18) {
      decode(UNEVEN, Lanes.half(data, block), data, block + 2, out, e);
    }
  }

  /// `| 0..1 d | 2..3 high scale bits | 4..7 low scale nibbles | 8..135 nibbles |`, groups of 32:
  /// level · (d · (scale − 32)).
  static void decodeIq4Xs(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += 256, block += 136) {
      float d = Lanes.half(data, block);
      int high = data.get(Lanes.SHORT, block + 2);
      int low = data.get(Lanes.INT, block + 4);
      for (int group = 0; group < 8; group++) {
        int scale = ((low >>> (4 * group)) & 15) | (((high >>> (2 * group)) & 3) << 4);
        decode(UNEVEN, d * (scale - 32), data, block + 8 + 16L * group, out, e + 32 * group);
      }
    }
  }

  /// `| 0 exponent | 1..16 nibbles |`, level · 2^(exponent − 128).
  static void decodeMxfp4(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += 32, block += 17) {
      int exponent = data.get(ValueLayout.JAVA_BYTE, block) & 0xFF;
      // The two smallest are subnormal.
      int bits = exponent < 2 ? 0x20_0000 << exponent : (exponent - 1) << 23;
      decode(FLOATS_DOUBLED, Float.intBitsToFloat(bits), data, block + 1, out, e);
    }
  }

  private static void decode(
      int[] levels, float scale, MemorySegment data, long nibbles, float[] out, int at) {
    for (int j = 0; j < 16; j += COUNT) {
      IntVector pairs = Lanes.unsignedBytes(data, nibbles + j);
      Lanes.toFloats(level(levels, pairs.and(15))).mul(scale).intoArray(out, at + j);
      Lanes.toFloats(level(levels, pairs.lanewise(LSHR, 4))).mul(scale).intoArray(out, at + 16 + j);
    }
  }

  /// Sixteen levels are one, two or four vectors.
  private static IntVector level(int[] levels, IntVector indices) {
    IntVector lane = indices.and(COUNT - 1);
    IntVector found = lane.selectFrom(IntVector.fromArray(Lanes.INTS, levels, 0));
    for (int part = COUNT; part < 16; part += COUNT) {
      IntVector other = lane.selectFrom(IntVector.fromArray(Lanes.INTS, levels, part));
      found = found.blend(other, indices.compare(GE, part));
    }
    return found;
  }
}
