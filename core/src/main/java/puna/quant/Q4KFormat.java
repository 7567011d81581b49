package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixteen levels above a minimum, 8 groups of 32 with 6-bit scales: `d · s · q − dmin · m`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d` of the scales, f16 |
/// | 2..3 | scale `dmin` of the minimums, f16 |
/// | 4..15 | group scales `s` and minimums `m`: see `SixBitScales` |
/// | 16..143 | nibbles `q`, 32 bytes for two groups: low = group `2c`, high = group `2c + 1` |
final class Q4KFormat extends EncodableFormat {
  private static final AffineSearch.Plan PLAN =
      new AffineSearch.Plan(32, 15, -1, 0.1f, 20, AffineSearch.Loss.SQUARED);

  Q4KFormat() {
    super(TensorType.Q4_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    float minimum = Bytes.half(blocks, base + 2);
    for (int group = 0; group < 8; group++) {
      float groupScale = scale * SixBitScales.scale(blocks, base + 4, group);
      float groupMinimum = minimum * SixBitScales.minimum(blocks, base + 4, group);
      long nibbles = base + 16 + 32L * (group / 2);
      int shift = 4 * (group % 2);
      int first = at + 32 * group;
      for (int i = 0; i < 32; i++) {
        int number = Bytes.u8(blocks, nibbles + i) >>> shift & 15;
        out[first + i] = groupScale * number - groupMinimum;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    AffineSuperBlock found = new AffineSuperBlock(PLAN, values, at);
    found.store(63, values, at, blocks, base);
    SixBitScales.put(found.scales(), found.minimums(), blocks, base + 4);
    putNibbles(found.numbers(), blocks, base + 16);
  }

  /// Writes the low four bits of 256 numbers to 128 bytes.
  static void putNibbles(int[] numbers, MemorySegment blocks, long offset) {
    for (int chunk = 0; chunk < 4; chunk++) {
      Nibbles.put(numbers, 64 * chunk, 32, blocks, offset + 32L * chunk);
    }
  }
}
