package puna.vector;

import java.lang.foreign.MemorySegment;

/// The eight scales and eight minima of six bits that Q4_K and Q5_K pack into 12 bytes, unpacked to
/// a byte each, all at once.
///
/// Bytes 0..3 hold scales 0..3 and bytes 4..7 minima 0..3 in their low six bits, and the upper two
/// bits of scales and minima 4..7 above; bytes 8..11 hold the lower four bits of scale (low nibble)
/// and minimum 4..7.
final class PackedScales {
  private static final int LOW_SIX = 0x3F3F_3F3F;
  private static final int LOW_FOUR = 0x0F0F_0F0F;
  private static final int UPPER_TWO = 0x3030_3030;

  private PackedScales() {}

  /// Scale g in byte g.
  static long scales(MemorySegment data, long packed) {
    int first = data.get(Lanes.INT, packed);
    int nibbles = data.get(Lanes.INT, packed + 8);
    return join(first & LOW_SIX, nibbles & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  /// Minimum g in byte g.
  static long minima(MemorySegment data, long packed) {
    int first = data.get(Lanes.INT, packed + 4);
    int nibbles = data.get(Lanes.INT, packed + 8);
    return join(first & LOW_SIX, nibbles >>> 4 & LOW_FOUR | first >>> 2 & UPPER_TWO);
  }

  private static long join(int low, int high) {
    return (long) high << 32 | low;
  }
}
