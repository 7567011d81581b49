package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of eight from a grid of 1024, 16 groups of 16 with 4-bit scales: `d · (s + ½) / 4 · grid
/// · sign`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..33 | low eight bits of the grid index, one byte a vector |
/// | 34..65 | eight sign bits, one byte a vector |
/// | 66..73 | high two bits of the index: vector `v` at bit `2 · (v % 4)` of byte `v / 4` |
/// | 74..81 | one byte two groups: low nibble `s` of the first, high nibble of the second |
final class Iq2SFormat extends FixedBlockFormat {
  Iq2SFormat() {
    super(TensorType.IQ2_S);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base);
    for (int vector = 0; vector < 32; vector++) {
      int high = Bytes.u8(blocks, base + 66 + vector / 4) >>> (vector % 4 * 2) & 3;
      int index = Bytes.u8(blocks, base + 2 + vector) | high << 8;
      int signs = Bytes.u8(blocks, base + 34 + vector);
      int groupScale = Bytes.u8(blocks, base + 74 + vector / 4) >>> (vector / 2 % 2 * 4) & 15;
      float vectorScale = scale * (0.5f + groupScale) * 0.25f;
      Grid.IQ2_S.putSigned(index, signs, vectorScale, out, at + 8 * vector);
    }
  }
}
