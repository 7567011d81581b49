package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Signed bytes, 32 values a scale: `q · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..33 | `q`, 32 × i8 |
final class Q80Format extends EncodableFormat {
  Q80Format() {
    super(TensorType.Q8_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    decodeBytes(blocks, base + 2, Bytes.half(blocks, base), out, at);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.peak(values, at, 32) / 127;
    Bytes.putHalf(blocks, base, scale);
    encodeBytes(values, at, scale, blocks, base + 2);
  }

  static void decodeBytes(MemorySegment blocks, long offset, float scale, float[] out, int at) {
    for (int i = 0; i < 32; i++) {
      out[at + i] = blocks.get(Bytes.BYTE, offset + i) * scale;
    }
  }

  /// Returns the sum of the 32 bytes.
  static int encodeBytes(float[] values, int at, float scale, MemorySegment blocks, long offset) {
    float inverse = Rounding.inverse(scale);
    int sum = 0;
    for (int i = 0; i < 32; i++) {
      int number = Rounding.awayFromZero(values[at + i] * inverse);
      Bytes.putByte(blocks, offset + i, number);
      sum += number;
    }
    return sum;
  }
}
