package puna.x64.pack;

import puna.quant.Grid;

/// A grid's vectors, and signs, as words of bytes.
final class GridWords {
  private static final long ONES = ByteReader.ONES;

  /// Which of eight bytes are negated: all their bits are set. By sign bits.
  private static final long[] NEGATED = new long[256];

  /// The same by seven sign bits, the eighth of which makes their number even.
  private static final long[] EVENLY_NEGATED = new long[128];

  static {
    for (int signs = 0; signs < NEGATED.length; signs++) {
      for (int b = 0; b < 8; b++) {
        NEGATED[signs] |= (signs >>> b & 1) * 0xFFL << (8 * b);
      }
    }
    for (int seven = 0; seven < EVENLY_NEGATED.length; seven++) {
      EVENLY_NEGATED[seven] = NEGATED[Grid.evenSigns(seven)];
    }
  }

  private GridWords() {}

  /// What becomes of an element's value.
  @FunctionalInterface
  interface ToByte {
    int of(int value);
  }

  /// A word a vector, element `b` in byte `b`; vectors of four leave the upper half zero.
  ///
  /// @param toByte gives 0 to 255
  static long[] of(Grid grid, ToByte toByte) {
    byte[] values = grid.expanded();
    int width = grid.width();
    long[] words = new long[values.length / width];
    for (int i = 0; i < values.length; i++) {
      words[i / width] |= (long) toByte.of(values[i]) << (8 * (i % width));
    }
    return words;
  }

  /// Eight numbers, 128 added to each, negated where a bit of `signs` is set.
  ///
  /// @param numbers no byte of them zero
  /// @param signs the lowest eight bits count
  static long signed(long numbers, int signs) {
    return negated(numbers, NEGATED[signs & 255]);
  }

  /// The same by seven bits, the eighth of which makes the number of signs even.
  ///
  /// @param signs the lowest seven bits count
  static long evenlySigned(long numbers, int signs) {
    return negated(numbers, EVENLY_NEGATED[signs & 127]);
  }

  /// Eight numbers, 128 added to each, negated where all bits of a byte of `where` are set, not
  /// where none is: 256 − x is −v, 128 added, where x is v, 128 added.
  static long negated(long numbers, long where) {
    return (numbers ^ where) + (where & ONES);
  }
}
