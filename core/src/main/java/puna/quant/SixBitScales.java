package puna.quant;

import java.lang.foreign.MemorySegment;

/// Eight scales and eight minimums of six bits each in twelve bytes: Q4_K and Q5_K.
///
/// | bytes | content |
/// |---|---|
/// | 0..3 | bits 0..5: scales 0..3; bits 6..7: high bits of scales 4..7 |
/// | 4..7 | bits 0..5: minimums 0..3; bits 6..7: high bits of minimums 4..7 |
/// | 8..11 | low nibble: low bits of scales 4..7; high nibble: low bits of minimums 4..7 |
final class SixBitScales {
  private SixBitScales() {}

  static int scale(MemorySegment blocks, long offset, int group) {
    if (group < 4) {
      return Bytes.u8(blocks, offset + group) & 63;
    }
    int low = Bytes.u8(blocks, offset + 4 + group) & 15;
    return low | Bytes.u8(blocks, offset + group - 4) >>> 6 << 4;
  }

  static int minimum(MemorySegment blocks, long offset, int group) {
    if (group < 4) {
      return Bytes.u8(blocks, offset + 4 + group) & 63;
    }
    int low = Bytes.u8(blocks, offset + 4 + group) >>> 4;
    return low | Bytes.u8(blocks, offset + group) >>> 6 << 4;
  }

  static void put(int[] scales, int[] minimums, MemorySegment blocks, long offset) {
    for (int group = 0; group < 4; group++) {
      int scale = scales[group + 4];
      int minimum = minimums[group + 4];
      Bytes.putByte(blocks, offset + group, scales[group] | scale >>> 4 << 6);
      Bytes.putByte(blocks, offset + 4 + group, minimums[group] | minimum >>> 4 << 6);
      Bytes.putByte(blocks, offset + 8 + group, Nibbles.pair(scale, minimum));
    }
  }
}
