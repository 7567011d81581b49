package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of eight from a grid of 256, 8 groups of 32 with 4-bit scales: `d · (s + ½) / 4 · grid ·
/// sign`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..65 | eight bytes a group: four grid indices, then a u32 |
///
/// The u32: seven sign bits for each of the four vectors, lowest first, then `s` in bits 28..31.
final class Iq2XxsFormat extends FixedBlockFormat {
  Iq2XxsFormat() {
    super(TensorType.IQ2_XXS);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int group = 0; group < 8; group++) {
      long indices = base + 2 + 8L * group;
      int rest = Bytes.u32(blocks, indices + 4);
      float groupScale = scale * (0.5f + (rest >>> 28)) * 0.25f;
      for (int l = 0; l < 4; l++) {
        int index = Bytes.u8(blocks, indices + l);
        int signs = Grid.evenSigns(rest >>> (7 * l) & 127);
        Grid.IQ2_XXS.putSigned(index, signs, groupScale, out, at + 32 * group + 8 * l);
      }
    }
  }
}
