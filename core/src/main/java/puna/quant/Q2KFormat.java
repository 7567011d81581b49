package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Four levels above a minimum, 16 groups of 16 with 4-bit scales: `d · s · q − dmin · m`.
///
/// | bytes | content |
/// |---|---|
/// | 0..15 | one byte a group: low nibble = scale `s`, high nibble = minimum `m` |
/// | 16..79 | `q`, four a byte: value `128h + 32k + i` at bit `2k` of byte `32h + i` |
/// | 80..81 | scale `d` of the scales, f16 |
/// | 82..83 | scale `dmin` of the minimums, f16 |
final class Q2KFormat extends EncodableFormat {
  private static final AffineSearch.Plan PLAN =
      new AffineSearch.Plan(16, 3, -0.5f, 0.1f, 15, AffineSearch.Loss.ABSOLUTE);

  Q2KFormat() {
    super(TensorType.Q2_K);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base + 80);
    float minimum = Bytes.half(blocks, base + 82);
    for (int group = 0; group < 16; group++) {
      int both = Bytes.u8(blocks, base + group);
      float groupScale = scale * (both & 15);
      float groupMinimum = minimum * (both >>> 4);
      long quarters = base + 16 + 32L * (group / 8) + 16L * (group % 2);
      int shift = group % 8 / 2 * 2;
      int first = at + 16 * group;
      for (int i = 0; i < 16; i++) {
        int number = Bytes.u8(blocks, quarters + i) >>> shift & 3;
        out[first + i] = groupScale * number - groupMinimum;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    AffineSuperBlock found = new AffineSuperBlock(PLAN, values, at);
    found.store(15, values, at, blocks, base + 80);
    for (int group = 0; group < 16; group++) {
      Bytes.putByte(blocks, base + group, found.scales()[group] | found.minimums()[group] << 4);
    }
    SuperBlock.putQuarters(found.numbers(), blocks, base + 16);
  }
}
