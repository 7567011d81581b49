package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Four levels, 64 values a scale: `(q − 1) · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..17 | `q`, four a byte: value `i` at bit `2 · (i % 4)` of byte `i / 4` |
final class Q20Format extends EncodableFormat {
  Q20Format() {
    super(TensorType.Q2_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int i = 0; i < 16; i++) {
      int four = Bytes.u8(blocks, base + 2 + i);
      for (int k = 0; k < 4; k++) {
        out[at + 4 * i + k] = ((four >>> (2 * k) & 3) - 1) * scale;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.peak(values, at, 64);
    float inverse = Rounding.inverse(scale);
    Bytes.putHalf(blocks, base, scale);
    for (int i = 0; i < 16; i++) {
      int four = 0;
      for (int k = 0; k < 4; k++) {
        int number = Rounding.awayFromZero(values[at + 4 * i + k] * inverse) + 1;
        four |= Math.clamp(number, 0, 3) << (2 * k);
      }
      Bytes.putByte(blocks, base + 2 + i, four);
    }
  }
}
