package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Eight levels around zero, 16 groups of 16 with 6-bit scales: `d · (s − 32) · (q + 4h − 4)`.
///
/// | bytes | content |
/// |---|---|
/// | 0..31 | third bits `h`: value `32k + i` at bit `k` of byte `i` |
/// | 32..95 | `q`, four a byte: value `128h + 32k + i` at bit `2k` of byte `32h + i` |
/// | 96..103 | low four bits of the scales `s`: groups 0..7 low nibbles, 8..15 high nibbles |
/// | 104..107 | high two bits of the scales: group `g` at bit `2 · (g / 4)` of byte `g % 4` |
/// | 108..109 | scale `d`, f16 |
final class Q3KFormat extends EncodableFormat {
  Q3KFormat() {
    super(TensorType.Q3_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base + 108);
    for (int group = 0; group < 16; group++) {
      float groupScale = scale * (scale(blocks, base + 96, group) - 32);
      long third = base + 16L * (group % 2);
      long quarters = base + 32 + 32L * (group / 8) + 16L * (group % 2);
      int shift = group % 8 / 2 * 2;
      int bit = group / 2;
      int first = at + 16 * group;
      for (int i = 0; i < 16; i++) {
        int low = Bytes.u8(blocks, quarters + i) >>> shift & 3;
        int high = Bytes.u8(blocks, third + i) >>> bit & 1;
        out[first + i] = groupScale * ((low | high << 2) - 4);
      }
    }
  }

  private static int scale(MemorySegment blocks, long offset, int group) {
    int low = Bytes.u8(blocks, offset + group % 8) >>> (group / 8 * 4) & 15;
    int high = Bytes.u8(blocks, offset + 8 + group % 4) >>> (group / 4 * 2) & 3;
    return low | high << 4;
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    int[] numbers = new int[SuperBlock.SIZE];
    float[] groupScales = new float[16];
    SymmetricSearch search = new SymmetricSearch(4);
    for (int group = 0; group < 16; group++) {
      groupScales[group] = search.searchBySweeps(values, at + 16 * group, numbers, 16 * group);
    }
    float peak = Rounding.signedPeak(groupScales, 0, 16);
    float inverse = peak == 0 ? 0 : -32 / peak;
    float scale = Bytes.putHalf(blocks, base + 108, Rounding.inverse(inverse));
    int[] scales = new int[16];
    for (int group = 0; group < 16; group++) {
      // A block without a scale keeps twelve zero bytes.
      scales[group] = peak == 0 ? 0 : Rounding.nearest(inverse * groupScales[group], -32, 31) + 32;
      search.requantize(values, at + 16 * group, scale * (scales[group] - 32), numbers, 16 * group);
    }
    putScales(scales, blocks, base + 96);
    putThirdBits(numbers, blocks, base);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] &= 3;
    }
    SuperBlock.putQuarters(numbers, blocks, base + 32);
  }

  private static void putScales(int[] scales, MemorySegment blocks, long offset) {
    for (int i = 0; i < 8; i++) {
      Bytes.putByte(blocks, offset + i, Nibbles.pair(scales[i], scales[i + 8]));
    }
    for (int i = 0; i < 4; i++) {
      int high = 0;
      for (int k = 0; k < 4; k++) {
        high |= scales[i + 4 * k] >>> 4 << (2 * k);
      }
      Bytes.putByte(blocks, offset + 8 + i, high);
    }
  }

  private static void putThirdBits(int[] numbers, MemorySegment blocks, long offset) {
    for (int i = 0; i < 32; i++) {
      int bits = 0;
      for (int k = 0; k < 8; k++) {
        bits |= (numbers[32 * k + i] >>> 2) << k;
      }
      Bytes.putByte(blocks, offset + i, bits);
    }
  }
}
