package puna.x64.pack;

/// Columns of one row as bytes, and a step for each unit of 32: what a `ByteReader` finds.
final class ByteRow {
  /// Words of numbers a unit.
  static final int WORDS = 4;

  private static final float SMALLEST_NORMAL = 0x1p-14f; // of f16
  private static final int ZERO = 128;

  /// Four words a unit: byte `b` of word `w` is the number of column `8w + b`, plus 128.
  final long[] numbers;

  /// What a unit's numbers are multiplied by, f16 bits.
  final short[] steps;

  ByteRow(int units) {
    numbers = new long[WORDS * units];
    steps = new short[units];
  }

  /// Stores the step of unit `unit`, whose numbers are there. A step that f16 can only hold with
  /// fewer bits is made as large as the numbers allow.
  void putStep(int unit, float step) {
    steps[unit] = Float.floatToFloat16(step);
    if (Math.abs(step) < SMALLEST_NORMAL && step != 0) {
      enlargeStep(unit, step);
    }
  }

  private void enlargeStep(int unit, float step) {
    int divisor = 0; // the greatest that all numbers have
    for (int i = 0; i < PackedLayout.UNIT && divisor != 1; i++) {
      divisor = greatestDivisor(divisor, Math.abs(number(unit, i)));
    }
    if (divisor > 1) {
      divide(unit, divisor);
      steps[unit] = Float.floatToFloat16(step * divisor);
    }
  }

  private void divide(int unit, int divisor) {
    for (int w = 0; w < WORDS; w++) {
      long word = 0;
      for (int b = 0; b < Long.BYTES; b++) {
        word |= (long) (number(unit, Long.BYTES * w + b) / divisor + ZERO) << (8 * b);
      }
      numbers[WORDS * unit + w] = word;
    }
  }

  private int number(int unit, int column) {
    long word = numbers[WORDS * unit + column / Long.BYTES];
    return (int) (word >>> (8 * (column % Long.BYTES)) & 0xFF) - ZERO;
  }

  static int greatestDivisor(int a, int b) {
    return b == 0 ? a : greatestDivisor(b, a % b);
  }
}
