package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Ternary values in two bits each, 256 a scale: `(t − 1) · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..63 | `t`, four a byte: value `128h + 32k + i` at bit `2k` of byte `32h + i` |
/// | 64..65 | scale `d`, f16 |
final class Tq20Format extends EncodableFormat {
  Tq20Format() {
    super(TensorType.TQ2_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base + 64);
    for (int group = 0; group < 8; group++) {
      long quarters = base + 32L * (group / 4);
      int shift = 2 * (group % 4);
      for (int i = 0; i < 32; i++) {
        int trit = Bytes.u8(blocks, quarters + i) >>> shift & 3;
        out[at + 32 * group + i] = (trit - 1) * scale;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.peak(values, at, 256);
    SuperBlock.putQuarters(Ternary.trits(values, at, scale), blocks, base);
    Bytes.putHalf(blocks, base + 64, scale);
  }
}
