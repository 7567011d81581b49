package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixty-four levels around zero, 16 groups of 16 with 8-bit scales: `d · s · (q + 16h − 32)`.
///
/// | bytes | content |
/// |---|---|
/// | 0..127 | nibbles `q`: value `128h + 64n + i`, `i < 64`, is nibble `n` of byte `64h + i` |
/// | 128..191 | high two bits `h`: value `128h + 32k + i` at bit `2k` of byte `32h + i` |
/// | 192..207 | group scales `s`, i8 |
/// | 208..209 | scale `d`, f16 |
final class Q6KFormat extends EncodableFormat {
  private static final float NOTHING = 1e-15f;

  Q6KFormat() {
    super(TensorType.Q6_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base + 208);
    for (int group = 0; group < 16; group++) {
      float groupScale = scale * blocks.get(Bytes.BYTE, base + 192 + group);
      int half = group / 8;
      int quarter = group % 8 / 2;
      long nibbles = base + 64L * half + 16L * (group % 4);
      long highs = base + 128 + 32L * half + 16L * (group % 2);
      int lowShift = 4 * (quarter / 2);
      int highShift = 2 * quarter;
      int first = at + 16 * group;
      for (int i = 0; i < 16; i++) {
        int low = Bytes.u8(blocks, nibbles + i) >>> lowShift & 15;
        int high = Bytes.u8(blocks, highs + i) >>> highShift & 3;
        out[first + i] = groupScale * ((low | high << 4) - 32);
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    int[] numbers = new int[SuperBlock.SIZE];
    float[] groupScales = new float[16];
    SymmetricSearch search = new SymmetricSearch(32);
    for (int group = 0; group < 16; group++) {
      groupScales[group] = search.searchNeighbours(values, at + 16 * group, numbers, 16 * group);
    }
    float peak = Rounding.signedPeak(groupScales, 0, 16);
    if (Math.abs(peak) < NOTHING) {
      blocks.asSlice(base, type().blockBytes()).fill((byte) 0);
      return;
    }
    float inverse = -128 / peak;
    float scale = Bytes.putHalf(blocks, base + 208, 1 / inverse);
    for (int group = 0; group < 16; group++) {
      int groupScale = Rounding.nearest(inverse * groupScales[group], -128, 127);
      Bytes.putByte(blocks, base + 192 + group, groupScale);
      search.requantize(values, at + 16 * group, scale * groupScale, numbers, 16 * group);
    }
    put(numbers, blocks, base);
  }

  private static void put(int[] numbers, MemorySegment blocks, long base) {
    int[] highs = new int[SuperBlock.SIZE];
    for (int i = 0; i < highs.length; i++) {
      highs[i] = numbers[i] >>> 4;
    }
    SuperBlock.putQuarters(highs, blocks, base + 128);
    for (int half = 0; half < 2; half++) {
      Nibbles.put(numbers, 128 * half, 64, blocks, base + 64L * half);
    }
  }
}
