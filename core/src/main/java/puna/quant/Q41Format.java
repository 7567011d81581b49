package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixteen levels above a minimum, 32 values a scale: `n · d + m`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..3 | minimum `m`, f16 |
/// | 4..19 | nibbles `n`: low = value `i`, high = value `i + 16` |
final class Q41Format extends EncodableFormat {
  Q41Format() {
    super(TensorType.Q4_1);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    float minimum = Bytes.half(blocks, base + 2);
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, base + 4 + i);
      out[at + i] = (pair & 15) * scale + minimum;
      out[at + 16 + i] = (pair >>> 4) * scale + minimum;
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float minimum = Rounding.least(values, at, 32);
    float scale = (Rounding.most(values, at, 32) - minimum) / 15;
    Bytes.putHalf(blocks, base, scale);
    Bytes.putHalf(blocks, base + 2, minimum);
    int[] numbers = Nibbles.quantize(values, at, Nibbles.Line.above(minimum, 15, scale));
    Nibbles.put(numbers, 0, 16, blocks, base + 4);
  }
}
