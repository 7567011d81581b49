package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixteen uneven levels, 8 groups of 32 with 6-bit scales: `d · (s − 32) · level[n]`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..3 | high two bits of the group scales `s`, u16: group `g` at bit `2g` |
/// | 4..7 | low four bits of the group scales, two a byte |
/// | 8..135 | sixteen bytes of nibbles `n` a group: low = value `i`, high = value `i + 16` |
final class Iq4XsFormat extends EncodableFormat {
  Iq4XsFormat() {
    super(TensorType.IQ4_XS);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    int high = Bytes.u16(blocks, base + 2);
    int low = Bytes.u32(blocks, base + 4);
    for (int group = 0; group < 8; group++) {
      int groupScale = ((low >>> (4 * group) & 15) | (high >>> (2 * group) & 3) << 4) - 32;
      long nibbles = base + 8 + 16L * group;
      Iq4NlFormat.decodeNibbles(blocks, nibbles, scale * groupScale, out, at + 32 * group);
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float[] scales = new float[8];
    for (int group = 0; group < 8; group++) {
      scales[group] = UnevenLevels.bestScale(values, at + 32 * group, Iq4NlFormat.TOOL_SEARCH);
    }
    float scale = -Rounding.signedPeak(scales, 0, 8) / 32;
    float inverse = Rounding.inverse(scale);
    int high = 0;
    int low = 0;
    for (int group = 0; group < 8; group++) {
      int groupScale = Rounding.nearest(scales[group] * inverse, -32, 31);
      low |= ((groupScale + 32) & 15) << (4 * group);
      high |= ((groupScale + 32) >>> 4) << (2 * group);
      float toLevels = Rounding.inverse(scale * groupScale);
      int[] numbers = UnevenLevels.nearest(values, at + 32 * group, toLevels);
      Nibbles.put(numbers, 0, 16, blocks, base + 8 + 16L * group);
    }
    Bytes.putHalf(blocks, base, scale);
    Bytes.putShort(blocks, base + 2, high);
    Bytes.putInt(blocks, base + 4, low);
  }
}
