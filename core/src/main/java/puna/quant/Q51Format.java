package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Thirty-two levels above a minimum, 32 values a scale: `(n | h · 16) · d + m`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..3 | minimum `m`, f16 |
/// | 4..7 | fifth bits, u32: bit `i` is the `h` of value `i` |
/// | 8..23 | nibbles `n`: low = value `i`, high = value `i + 16` |
final class Q51Format extends EncodableFormat {
  Q51Format() {
    super(TensorType.Q5_1);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    float minimum = Bytes.half(blocks, base + 2);
    int fifth = Bytes.u32(blocks, base + 4);
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, base + 8 + i);
      out[at + i] = ((pair & 15) | (fifth >>> i << 4 & 16)) * scale + minimum;
      out[at + 16 + i] = (pair >>> 4 | (fifth >>> (i + 12) & 16)) * scale + minimum;
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float minimum = Rounding.least(values, at, 32);
    float scale = (Rounding.most(values, at, 32) - minimum) / 31;
    Bytes.putHalf(blocks, base, scale);
    Bytes.putHalf(blocks, base + 2, minimum);
    int[] numbers = Nibbles.quantize(values, at, Nibbles.Line.above(minimum, 31, scale));
    Nibbles.putFifthBits(numbers, blocks, base + 4);
    Nibbles.put(numbers, 0, 16, blocks, base + 8);
  }
}
