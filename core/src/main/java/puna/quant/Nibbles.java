package puna.quant;

import java.lang.foreign.MemorySegment;

/// How blocks of 32 store four bits a value: byte `i` of sixteen holds value `i` in its low nibble
/// and value `i + 16` in its high one. A fifth bit, where there is one, is bit `i` of a u32.
final class Nibbles {
  private Nibbles() {}

  /// Writes the low four bits of `2 · bytes` numbers: byte `i` holds number `at + i` low and number
  /// `at + bytes + i` high.
  static void put(int[] numbers, int at, int bytes, MemorySegment blocks, long offset) {
    for (int i = 0; i < bytes; i++) {
      Bytes.putByte(blocks, offset + i, pair(numbers[at + i], numbers[at + bytes + i]));
    }
  }

  /// The low four bits of two numbers in one byte.
  static int pair(int low, int high) {
    return (low & 15) | (high & 15) << 4;
  }

  /// Writes bit 4 of 32 numbers to a u32.
  static void putFifthBits(int[] numbers, MemorySegment blocks, long offset) {
    int bits = 0;
    for (int i = 0; i < 32; i++) {
      bits |= (numbers[i] >>> 4 & 1) << i;
    }
    Bytes.putInt(blocks, offset, bits);
  }

  /// `(value − origin) · inverse + bias`, cut to an integer of 0 to `most`, for 32 values.
  static int[] quantize(float[] values, int at, Line line) {
    int[] numbers = new int[32];
    for (int i = 0; i < 32; i++) {
      numbers[i] =
          Math.min(line.most, (int) ((values[at + i] - line.origin) * line.inverse + line.bias));
    }
    return numbers;
  }

  /// The straight line from values to numbers.
  record Line(float origin, float inverse, float bias, int most) {
    /// For numbers around zero: `2 · zero` steps, of which `zero` stands for 0.
    static Line around(int zero, float step) {
      return new Line(0, Rounding.inverse(step), zero + 0.5f, 2 * zero - 1);
    }

    /// For numbers above a minimum.
    static Line above(float minimum, int most, float step) {
      return new Line(minimum, Rounding.inverse(step), 0.5f, most);
    }
  }
}
