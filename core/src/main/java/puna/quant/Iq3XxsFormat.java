package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of four from a grid of 256, 8 groups of 32 with 4-bit scales: `d · (s + ½) / 2 · grid ·
/// sign`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..65 | grid indices, eight bytes a group |
/// | 66..97 | one u32 a group |
///
/// The u32: seven sign bits for each of four pairs of vectors, lowest first, then `s` in bits
/// 28..31.
final class Iq3XxsFormat extends FixedBlockFormat {
  Iq3XxsFormat() {
    super(TensorType.IQ3_XXS);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int group = 0; group < 8; group++) {
      int rest = Bytes.u32(blocks, base + 66 + 4L * group);
      float groupScale = scale * (0.5f + (rest >>> 28)) * 0.5f;
      for (int l = 0; l < 8; l++) {
        int index = Bytes.u8(blocks, base + 2 + 8L * group + l);
        int signs = Grid.evenSigns(rest >>> (l / 2 * 7) & 127) >>> (l % 2 * 4);
        Grid.IQ3_XXS.putSigned(index, signs, groupScale, out, at + 32 * group + 4 * l);
      }
    }
  }
}
