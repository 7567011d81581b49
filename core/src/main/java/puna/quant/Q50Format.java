package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Thirty-two levels around zero, 32 values a scale: `((n | h · 16) − 16) · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..5 | fifth bits, u32: bit `i` is the `h` of value `i` |
/// | 6..21 | nibbles `n`: low = value `i`, high = value `i + 16` |
final class Q50Format extends EncodableFormat {
  Q50Format() {
    super(TensorType.Q5_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    int fifth = Bytes.u32(blocks, base + 2);
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, base + 6 + i);
      out[at + i] = (((pair & 15) | (fifth >>> i << 4 & 16)) - 16) * scale;
      out[at + 16 + i] = ((pair >>> 4 | (fifth >>> (i + 12) & 16)) - 16) * scale;
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.signedPeak(values, at, 32) / -16;
    Bytes.putHalf(blocks, base, scale);
    int[] numbers = Nibbles.quantize(values, at, Nibbles.Line.around(16, scale));
    Nibbles.putFifthBits(numbers, blocks, base + 2);
    Nibbles.put(numbers, 0, 16, blocks, base + 6);
  }
}
