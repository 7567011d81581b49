package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of eight from a grid of 2048, 8 groups of 32 with 3-bit scales: `d · (2s + 1) · (grid ±
/// ⅛)`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..33 | low eight bits of the grid index, four bytes a group |
/// | 34..49 | one u16 a group |
///
/// The u16: the high three bits of the four indices, lowest first, `s` in bits 12..14, and bit 15
/// set where an eighth is taken away instead of added.
final class Iq1SFormat extends FixedBlockFormat {
  static final float SHIFT = 0.125f;

  Iq1SFormat() {
    super(TensorType.IQ1_S);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int group = 0; group < 8; group++) {
      int rest = Bytes.u16(blocks, base + 34 + 2L * group);
      float groupScale = scale * (2 * (rest >>> 12 & 7) + 1);
      float shift = (rest & 0x8000) != 0 ? -SHIFT : SHIFT;
      for (int l = 0; l < 4; l++) {
        int index = Bytes.u8(blocks, base + 2 + 4L * group + l) | (rest >>> (3 * l) & 7) << 8;
        Grid.IQ1.putShifted(index, shift, groupScale, out, at + 32 * group + 8 * l);
      }
    }
  }
}
