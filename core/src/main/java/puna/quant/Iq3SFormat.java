package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of four from a grid of 512, 8 groups of 32 with 4-bit scales: `d · (1 + 2s) · grid ·
/// sign`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..65 | low eight bits of the grid index, eight bytes a group |
/// | 66..73 | ninth bits of the index: vector `v` of a group at bit `v` of its byte |
/// | 74..105 | sign bits: eight vectors of a group take four bits each, low nibble first |
/// | 106..109 | one byte two groups: low nibble `s` of the first, high nibble of the second |
final class Iq3SFormat extends FixedBlockFormat {
  Iq3SFormat() {
    super(TensorType.IQ3_S);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int group = 0; group < 8; group++) {
      int groupScaleBits = Bytes.u8(blocks, base + 106 + group / 2) >>> (group % 2 * 4) & 15;
      float groupScale = scale * (1 + 2 * groupScaleBits);
      int ninth = Bytes.u8(blocks, base + 66 + group);
      int signs = Bytes.u32(blocks, base + 74 + 4L * group);
      for (int l = 0; l < 8; l++) {
        int index = Bytes.u8(blocks, base + 2 + 8L * group + l) | (ninth >>> l & 1) << 8;
        Grid.IQ3_S.putSigned(index, signs >>> (4 * l), groupScale, out, at + 32 * group + 4 * l);
      }
    }
  }
}
