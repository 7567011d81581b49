package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Vectors of eight from a grid of 2048, 16 groups of 16 with 3-bit scales: `d · (2s + 1) · (grid ±
/// ⅛)`.
///
/// | bytes | content |
/// |---|---|
/// | 0..31 | low eight bits of the grid index, one byte a vector |
/// | 32..47 | one nibble a vector: high three bits of the index; bit 3 set takes an eighth away |
/// | 48..55 | four u16: the scales `s` of four groups each, three bits a group, lowest first |
///
/// The four high nibbles of the u16 make the f16 scale `d`, lowest first.
final class Iq1MFormat extends FixedBlockFormat {
  Iq1MFormat() {
    super(TensorType.IQ1_M);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = scale(blocks, base + 48);
    for (int group = 0; group < 16; group++) {
      int scales = Bytes.u16(blocks, base + 48 + group / 4 * 2L);
      float groupScale = scale * (2 * (scales >>> (group % 4 * 3) & 7) + 1);
      int nibbles = Bytes.u8(blocks, base + 32 + group);
      for (int l = 0; l < 2; l++) {
        int nibble = nibbles >>> (4 * l) & 15;
        int index = Bytes.u8(blocks, base + 2L * group + l) | (nibble & 7) << 8;
        float shift = (nibble & 8) != 0 ? -Iq1SFormat.SHIFT : Iq1SFormat.SHIFT;
        Grid.IQ1.putShifted(index, shift, groupScale, out, at + 16 * group + 8 * l);
      }
    }
  }

  private static float scale(MemorySegment blocks, long scales) {
    int bits = 0;
    for (int k = 0; k < 4; k++) {
      bits |= Bytes.u16(blocks, scales + 2L * k) >>> 12 << (4 * k);
    }
    return Float.float16ToFloat((short) bits);
  }
}
