package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of eight from a grid of 512, 16 groups of 16 with 4-bit scales: `d · (s + ½) / 4 · grid
/// · sign`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..65 | one u16 a vector: bits 0..8 grid index, 9..15 seven sign bits |
/// | 66..73 | one byte two groups: low nibble `s` of the first, high nibble of the second |
final class Iq2XsFormat extends FixedBlockFormat {
  Iq2XsFormat() {
    super(TensorType.IQ2_XS);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int group = 0; group < 16; group++) {
      int groupScaleBits = Bytes.u8(blocks, base + 66 + group / 2) >>> (group % 2 * 4) & 15;
      float groupScale = scale * (0.5f + groupScaleBits) * 0.25f;
      for (int vector = 2 * group; vector < 2 * group + 2; vector++) {
        int both = Bytes.u16(blocks, base + 2 + 2L * vector);
        int signs = Grid.evenSigns(both >>> 9);
        Grid.IQ2_XS.putSigned(both & 511, signs, groupScale, out, at + 8 * vector);
      }
    }
  }
}
