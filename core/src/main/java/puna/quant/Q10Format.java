package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Signs, 128 values a scale: `±d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..17 | bit `i % 8` of byte `i / 8` set: value `i` is `+d` |
final class Q10Format extends EncodableFormat {
  Q10Format() {
    super(TensorType.Q1_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int i = 0; i < 16; i++) {
      int signs = Bytes.u8(blocks, base + 2 + i);
      for (int bit = 0; bit < 8; bit++) {
        out[at + 8 * i + bit] = ((signs >>> bit & 1) * 2 - 1) * scale;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float sum = 0;
    for (int i = 0; i < 128; i++) {
      sum += Math.abs(values[at + i]);
    }
    Bytes.putHalf(blocks, base, sum / 128);
    for (int i = 0; i < 16; i++) {
      int signs = 0;
      for (int bit = 0; bit < 8; bit++) {
        signs |= (values[at + 8 * i + bit] >= 0 ? 1 : 0) << bit;
      }
      Bytes.putByte(blocks, base + 2 + i, signs);
    }
  }
}
