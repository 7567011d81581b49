package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixteen levels around zero, 32 values a scale: `(n − 8) · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..17 | nibbles `n`: low = value `i`, high = value `i + 16` |
final class Q40Format extends EncodableFormat {
  Q40Format() {
    super(TensorType.Q4_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, base + 2 + i);
      out[at + i] = ((pair & 15) - 8) * scale;
      out[at + 16 + i] = ((pair >>> 4) - 8) * scale;
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.signedPeak(values, at, 32) / -8;
    Bytes.putHalf(blocks, base, scale);
    int[] numbers = Nibbles.quantize(values, at, Nibbles.Line.around(8, scale));
    Nibbles.put(numbers, 0, 16, blocks, base + 2);
  }
}
