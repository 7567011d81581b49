package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Thirty-two levels above a minimum, 8 groups of 32 with 6-bit scales: `d · s · (q + 16h) − dmin ·
/// m`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d` of the scales, f16 |
/// | 2..3 | scale `dmin` of the minimums, f16 |
/// | 4..15 | group scales `s` and minimums `m`: see `SixBitScales` |
/// | 16..47 | fifth bits `h`: value `i` of group `g` at bit `g` of byte `i` |
/// | 48..175 | nibbles `q`, 32 bytes for two groups: low = group `2c`, high = group `2c + 1` |
final class Q5KFormat extends EncodableFormat {
  private static final AffineSearch.Plan PLAN =
      new AffineSearch.Plan(32, 31, -0.5f, 0.1f, 15, AffineSearch.Loss.SQUARED);

  Q5KFormat() {
    super(TensorType.Q5_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    float minimum = Bytes.half(blocks, base + 2);
    for (int group = 0; group < 8; group++) {
      float groupScale = scale * SixBitScales.scale(blocks, base + 4, group);
      float groupMinimum = minimum * SixBitScales.minimum(blocks, base + 4, group);
      long nibbles = base + 48 + 32L * (group / 2);
      int shift = 4 * (group % 2);
      int first = at + 32 * group;
      for (int i = 0; i < 32; i++) {
        int low = Bytes.u8(blocks, nibbles + i) >>> shift & 15;
        int high = Bytes.u8(blocks, base + 16 + i) >>> group & 1;
        out[first + i] = groupScale * (low | high << 4) - groupMinimum;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    AffineSuperBlock found = new AffineSuperBlock(PLAN, values, at);
    found.store(63, values, at, blocks, base);
    SixBitScales.put(found.scales(), found.minimums(), blocks, base + 4);
    int[] numbers = found.numbers();
    for (int i = 0; i < 32; i++) {
      int bits = 0;
      for (int group = 0; group < 8; group++) {
        bits |= numbers[32 * group + i] >>> 4 << group;
      }
      Bytes.putByte(blocks, base + 16 + i, bits);
    }
    Q4KFormat.putNibbles(numbers, blocks, base + 48);
  }
}
