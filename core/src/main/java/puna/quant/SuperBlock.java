package puna.quant;

import java.lang.foreign.MemorySegment;

/// How super-blocks of 256 values store two bits a value: 64 bytes in two halves, value `128h + 32k
/// + i` at bit `2k` of byte `32h + i`.
final class SuperBlock {
  static final int SIZE = 256;

  private SuperBlock() {}

  /// Writes 256 numbers of two bits each to 64 bytes.
  static void putQuarters(int[] numbers, MemorySegment blocks, long offset) {
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 32; i++) {
        int first = 128 * half + i;
        int four =
            numbers[first]
                | numbers[first + 32] << 2
                | numbers[first + 64] << 4
                | numbers[first + 96] << 6;
        Bytes.putByte(blocks, offset + 32L * half + i, four);
      }
    }
  }
}
