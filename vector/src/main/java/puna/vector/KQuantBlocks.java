package puna.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static puna.vector.Lanes.COUNT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Decoders of the types with 256 elements a super-block, groups of 16 or 32 with scales of their
/// own.
final class KQuantBlocks {
  private static final int SIZE = 256;

  private KQuantBlocks() {}

  /// `| 0..15 scale and minimum nibbles | 16..79 two-bit quants | 80..81 d | 82..83 dmin |`, groups
  /// of 16: q · (d · scale) − dmin · minimum.
  static void decodeQ2K(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 84) {
      float d = Lanes.half(data, block + 80);
      float dmin = Lanes.half(data, block + 82);
      for (int group = 0; group < 16; group++) {
        int nibbles = unsigned(data, block + group);
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, d * (nibbles & 15));
        FloatVector minimum = FloatVector.broadcast(Lanes.FLOATS, dmin * (nibbles >> 4));
        long quants = block + 16 + 32L * (group / 8) + 16L * (group % 2);
        int shift = group % 8 / 2 * 2;
        for (int j = 0; j < 16; j += COUNT) {
          IntVector q = Lanes.unsignedBytes(data, quants + j).lanewise(LSHR, shift).and(3);
          Lanes.toFloats(q).mul(scale).sub(minimum).intoArray(out, e + group * 16 + j);
        }
      }
    }
  }

  /// `| 0..31 high bits | 32..95 two-bit quants | 96..107 six-bit scales | 108..109 d |`, groups of
  /// 16: q · (d · scale), q from −4 to 3.
  static void decodeQ3K(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 110) {
      float d = Lanes.half(data, block + 108);
      for (int group = 0; group < 16; group++) {
        int low = (unsigned(data, block + 96 + group % 8) >> (group / 8 * 4)) & 15;
        int high = (unsigned(data, block + 104 + group % 4) >> (group / 4 * 2)) & 3;
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, d * ((low | (high << 4)) - 32));
        long quants = block + 32 + 32L * (group / 8) + 16L * (group % 2);
        long highBits = block + 16L * (group % 2);
        int shift = group % 8 / 2 * 2;
        for (int j = 0; j < 16; j += COUNT) {
          IntVector q = Lanes.unsignedBytes(data, quants + j).lanewise(LSHR, shift).and(3);
          IntVector bit = Lanes.unsignedBytes(data, highBits + j).lanewise(LSHR, group / 2).and(1);
          Lanes.toFloats(q.or(bit.lanewise(LSHL, 2)).sub(4))
              .mul(scale)
              .intoArray(out, e + group * 16 + j);
        }
      }
    }
  }

  /// `| 0..1 d | 2..3 dmin | 4..15 six-bit scales and minima | 16..143 nibbles |`, groups of 32: q
  /// · (d · scale) − dmin · minimum; byte j of each 32 holds element j and element j + 32.
  static void decodeQ4K(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 144) {
      float d = Lanes.half(data, block);
      float dmin = Lanes.half(data, block + 2);
      for (int pair = 0; pair < 4; pair++) {
        FloatVector scale0 = scale(data, block + 4, 2 * pair, d);
        FloatVector scale1 = scale(data, block + 4, 2 * pair + 1, d);
        FloatVector minimum0 = minimum(data, block + 4, 2 * pair, dmin);
        FloatVector minimum1 = minimum(data, block + 4, 2 * pair + 1, dmin);
        for (int j = 0; j < 32; j += COUNT) {
          IntVector pairs = Lanes.unsignedBytes(data, block + 16 + 32L * pair + j);
          int to = e + pair * 64 + j;
          Lanes.toFloats(pairs.and(15)).mul(scale0).sub(minimum0).intoArray(out, to);
          Lanes.toFloats(pairs.lanewise(LSHR, 4)).mul(scale1).sub(minimum1).intoArray(out, to + 32);
        }
      }
    }
  }

  /// `| 0..15 as Q4_K | 16..47 high bits | 48..175 nibbles |`: Q4_K with a fifth bit; bit g of high
  /// byte j belongs to element j of group g.
  static void decodeQ5K(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 176) {
      float d = Lanes.half(data, block);
      float dmin = Lanes.half(data, block + 2);
      for (int group = 0; group < 8; group++) {
        FloatVector scale = scale(data, block + 4, group, d);
        FloatVector minimum = minimum(data, block + 4, group, dmin);
        long quants = block + 48 + 32L * (group / 2);
        for (int j = 0; j < 32; j += COUNT) {
          IntVector low =
              Lanes.unsignedBytes(data, quants + j).lanewise(LSHR, group % 2 * 4).and(15);
          IntVector bit = Lanes.unsignedBytes(data, block + 16 + j).lanewise(LSHR, group).and(1);
          Lanes.toFloats(low.or(bit.lanewise(LSHL, 4)))
              .mul(scale)
              .sub(minimum)
              .intoArray(out, e + group * 32 + j);
        }
      }
    }
  }

  /// `| 0..127 low nibbles | 128..191 high bit pairs | 192..207 scales i8 | 208..209 d |`, groups
  /// of 16: q · (d · scale), q from −32 to 31.
  static void decodeQ6K(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 210) {
      for (int half = 0; half < 16; half += 8) {
        for (int group = half; group < half + 4; group++) {
          decodeSharedBytes(data, block, group, out, e);
        }
      }
    }
  }

  /// Groups `group` and `group` + 4 of a Q6_K block, which share their bytes. More in one method
  /// would exceed what the compiler inlines.
  private static void decodeSharedBytes(
      MemorySegment data, long block, int group, float[] out, int blockAt) {
    float d = Lanes.half(data, block + 208);
    float scale0 = d * data.get(ValueLayout.JAVA_BYTE, block + 192 + group);
    float scale1 = d * data.get(ValueLayout.JAVA_BYTE, block + 196 + group);
    long low = block + 64L * (group / 8) + 16L * (group % 4);
    long high = block + 128 + 32L * (group / 8) + 16L * (group % 2);
    int shift = group % 4 / 2 * 2;
    int to = blockAt + group * 16;
    for (int j = 0; j < 16; j += COUNT) {
      IntVector nibbles = Lanes.unsignedBytes(data, low + j);
      IntVector bits = Lanes.unsignedBytes(data, high + j).lanewise(LSHR, shift);
      IntVector q0 = nibbles.and(15).or(bits.and(3).lanewise(LSHL, 4));
      IntVector q1 = nibbles.lanewise(LSHR, 4).or(bits.and(48));
      Lanes.toFloats(q0.sub(32)).mul(scale0).intoArray(out, to + j);
      Lanes.toFloats(q1.sub(32)).mul(scale1).intoArray(out, to + 64 + j);
    }
  }

  private static FloatVector scale(MemorySegment data, long packed, int group, float d) {
    int six =
        group < 4
            ? unsigned(data, packed + group) & 63
            : (unsigned(data, packed + group + 4) & 15)
                | ((unsigned(data, packed + group - 4) >> 6) << 4);
    return FloatVector.broadcast(Lanes.FLOATS, d * six);
  }

  private static FloatVector minimum(MemorySegment data, long packed, int group, float dmin) {
    int six =
        group < 4
            ? unsigned(data, packed + group + 4) & 63
            : unsigned(data, packed + group + 4) >> 4 | (unsigned(data, packed + group) >> 6) << 4;
    return FloatVector.broadcast(Lanes.FLOATS, dmin * six);
  }

  private static int unsigned(MemorySegment data, long offset) {
    return data.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
  }
}
