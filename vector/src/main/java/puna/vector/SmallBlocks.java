package puna.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static puna.vector.Lanes.COUNT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Decoders of the types with 32 elements a block: byte j holds elements j (low nibble) and j + 16.
final class SmallBlocks {
  private static final int SIZE = 32;
  private static final int HALF = SIZE / 2;

  private static final IntVector LANE_NUMBERS = IntVector.zero(Lanes.INTS).addIndex(1);

  private SmallBlocks() {}

  /// `| 0..1 scale f16 | 2..17 nibbles |`, value (n − 8) · scale.
  static void decodeQ40(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 18) {
      float scale = Lanes.half(data, block);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 2 + j);
        Lanes.toFloats(pairs.and(15).sub(8)).mul(scale).intoArray(out, e + j);
        Lanes.toFloats(pairs.lanewise(LSHR, 4).sub(8)).mul(scale).intoArray(out, e + HALF + j);
      }
    }
  }

  /// `| 0..1 scale f16 | 2..3 minimum f16 | 4..19 nibbles |`, value n · scale + minimum.
  static void decodeQ41(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 20) {
      float scale = Lanes.half(data, block);
      float minimum = Lanes.half(data, block + 2);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 4 + j);
        Lanes.toFloats(pairs.and(15)).mul(scale).add(minimum).intoArray(out, e + j);
        Lanes.toFloats(pairs.lanewise(LSHR, 4))
            .mul(scale)
            .add(minimum)
            .intoArray(out, e + HALF + j);
      }
    }
  }

  /// `| 0..1 scale f16 | 2..5 fifth bits | 6..21 nibbles |`, value (n − 16) · scale.
  static void decodeQ50(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 22) {
      float scale = Lanes.half(data, block);
      int fifths = data.get(Lanes.INT, block + 2);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 6 + j);
        IntVector low = pairs.and(15).or(fifthBits(fifths >>> j));
        IntVector high = pairs.lanewise(LSHR, 4).or(fifthBits(fifths >>> (HALF + j)));
        Lanes.toFloats(low.sub(16)).mul(scale).intoArray(out, e + j);
        Lanes.toFloats(high.sub(16)).mul(scale).intoArray(out, e + HALF + j);
      }
    }
  }

  /// `| 0..1 scale f16 | 2..3 minimum f16 | 4..7 fifth bits | 8..23 nibbles |`, value n · scale +
  /// minimum.
  static void decodeQ51(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 24) {
      float scale = Lanes.half(data, block);
      float minimum = Lanes.half(data, block + 2);
      int fifths = data.get(Lanes.INT, block + 4);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 8 + j);
        IntVector low = pairs.and(15).or(fifthBits(fifths >>> j));
        IntVector high = pairs.lanewise(LSHR, 4).or(fifthBits(fifths >>> (HALF + j)));
        Lanes.toFloats(low).mul(scale).add(minimum).intoArray(out, e + j);
        Lanes.toFloats(high).mul(scale).add(minimum).intoArray(out, e + HALF + j);
      }
    }
  }

  /// Bit i of `bits` in lane i, as 16.
  private static IntVector fifthBits(int bits) {
    return IntVector.broadcast(Lanes.INTS, bits)
        .lanewise(LSHR, LANE_NUMBERS)
        .and(1)
        .lanewise(LSHL, 4);
  }

  /// `| 0..1 scale f16 | 2..33 signed bytes |`, value q · scale.
  static void decodeQ80(MemorySegment data, long offset, float[] out, int at, int count) {
    long block = offset;
    for (int e = at; e < at + count; e += SIZE, block += 34) {
      FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, Lanes.half(data, block));
      for (int j = 0; j < SIZE; j += COUNT) {
        Lanes.signedBytes(data, block + 2 + j).mul(scale).intoArray(out, e + j);
      }
    }
  }
}
