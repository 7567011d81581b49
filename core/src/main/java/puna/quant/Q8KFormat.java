package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Signed bytes with the sums of every 16, 256 values a scale: `q · d`. Activations only, never in
/// files.
///
/// | bytes | content |
/// |---|---|
/// | 0..3 | scale `d`, f32 |
/// | 4..259 | `q`, 256 × i8 |
/// | 260..291 | sums of 16 `q` each, 16 × i16 |
final class Q8KFormat extends EncodableFormat {
  Q8KFormat() {
    super(TensorType.Q8_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = blocks.get(Bytes.FLOAT, base);
    for (int i = 0; i < SuperBlock.SIZE; i++) {
      out[at + i] = scale * blocks.get(Bytes.BYTE, base + 4 + i);
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float peak = Rounding.signedPeak(values, at, SuperBlock.SIZE);
    float inverse = peak == 0 ? 0 : -127 / peak;
    blocks.set(Bytes.FLOAT, base, Rounding.inverse(inverse));
    for (int group = 0; group < 16; group++) {
      int sum = 0;
      for (int i = 16 * group; i < 16 * group + 16; i++) {
        int number = Rounding.nearest(inverse * values[at + i], -128, 127);
        Bytes.putByte(blocks, base + 4 + i, number);
        sum += number;
      }
      Bytes.putShort(blocks, base + 260 + 2L * group, sum);
    }
  }
}
