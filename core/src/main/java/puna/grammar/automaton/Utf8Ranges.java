package puna.grammar.automaton;

import java.util.ArrayList;
import java.util.List;
import puna.grammar.CodePoints;

/// Ranges of code points as sequences of byte ranges: a text's character is in the range where its
/// UTF-8 bytes run through one of the sequences.
final class Utf8Ranges {
  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  /// All characters beyond ASCII.
  static final List<int[]> BEYOND_ASCII = List.copyOf(of(0x80, 0x10FFFF));

  private Utf8Ranges() {}

  /// One sequence: first and last byte of each place, `{lo, hi, lo, hi, …}`.
  static List<int[]> of(int first, int last) {
    List<int[]> sequences = new ArrayList<>();
    split(first, Math.min(last, CodePoints.FIRST_SURROGATE - 1), sequences);
    split(Math.max(first, CodePoints.LAST_SURROGATE + 1), last, sequences);
    return sequences;
  }

  /// Splits until first and last have equally many bytes and differ only in trailing bytes that run
  /// through all values.
  private static void split(int first, int last, List<int[]> sequences) {
    if (first > last) {
      return;
    }
    for (int longest : LAST_OF_LENGTH) {
      if (first <= longest && last > longest) {
        split(first, longest, sequences);
        split(longest + 1, last, sequences);
        return;
      }
    }
    int length = length(first);
    for (int i = 1; i < length; i++) {
      int low = (1 << 6 * i) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          split(first, first | low, sequences);
          split((first | low) + 1, last, sequences);
          return;
        }
        if ((last & low) != low) {
          split(first, (last & ~low) - 1, sequences);
          split(last & ~low, last, sequences);
          return;
        }
      }
    }
    int[] sequence = new int[2 * length];
    for (int i = 0; i < length; i++) {
      sequence[2 * i] = byteAt(first, i, length);
      sequence[2 * i + 1] = byteAt(last, i, length);
    }
    sequences.add(sequence);
  }

  private static int length(int codePoint) {
    int length = 1;
    while (codePoint > LAST_OF_LENGTH[length - 1]) {
      length++;
    }
    return length;
  }

  private static int byteAt(int codePoint, int index, int length) {
    int bits = codePoint >>> 6 * (length - 1 - index);
    if (index > 0) {
      return 0x80 | (bits & 0x3F);
    }
    return switch (length) {
      case 1 -> bits;
      case 2 -> 0xC0 | bits;
      case 3 -> 0xE0 | bits;
      default -> 0xF0 | bits;
    };
  }
}
