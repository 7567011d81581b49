package puna.grammar.automaton;

import java.util.Arrays;
import java.util.List;

/// What the insides of texts are made of in most formats: whole characters but quotes, backslashes
/// and control characters. Nearly all tokens of a vocabulary are plain, and nearly all of them may
/// come inside a string, so that whole sets of them need no look.
public final class PlainText {
  /// Of bytes that no plain character begins with.
  static final int NO_KIND = 1 << 15;

  /// All characters beyond ASCII.
  static final int BEYOND_ASCII = 1 << 14;

  /// Bytes that expressions tend to take or to leave together, each a bit by its place.
  private static final String[] KINDS = {
    "abcdef",
    "ghijklmnopqrstuvwxyz",
    "ABCDEF",
    "GHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    " ",
    "-",
    "_",
    ".",
    "/",
    ":",
    "+=",
    "!#$%&'()*,;<>?@[]^`{|}~\u007f"
  };

  private static final int[] KIND_OF = kindOf();

  private static final int[] FIRSTS_BELOW = firstsBelow();

  private PlainText() {}

  private static int[] kindOf() {
    int[] kinds = new int[256];
    Arrays.fill(kinds, NO_KIND);
    Arrays.fill(kinds, 0x80, 256, BEYOND_ASCII);
    for (int kind = 0; kind < KINDS.length; kind++) {
      for (int i = 0; i < KINDS[kind].length(); i++) {
        kinds[KINDS[kind].charAt(i)] = 1 << kind;
      }
    }
    return kinds;
  }

  /// The kind of a byte, one bit.
  public static int kind(byte value) {
    return KIND_OF[value & 0xFF];
  }

  /// How many kinds of ASCII bytes there are: those of the lowest bits.
  static int kinds() {
    return KINDS.length;
  }

  /// The ASCII bytes of a kind.
  static String bytes(int kind) {
    return KINDS[kind];
  }

  /// True for a byte that a plain character may begin with.
  static boolean isFirst(int value) {
    return KIND_OF[value] != NO_KIND;
  }

  /// True where a plain character may begin with one of the bytes of a range.
  static boolean hasFirst(int from, int to) {
    return FIRSTS_BELOW[to + 1] > FIRSTS_BELOW[from];
  }

  private static int[] firstsBelow() {
    int[] firsts = new int[257];
    for (int value = 0; value < 256; value++) {
      firsts[value + 1] = firsts[value] + (isFirst(value) ? 1 : 0);
    }
    return firsts;
  }

  /// True for bytes that are plain characters, whole ones.
  public static boolean isPlain(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int length = character(bytes, at);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /// The length of the plain character at a place, or 0 where there is none.
  public static int character(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return isFirst(first) ? 1 : 0;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > bytes.length) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    if (second < leastSecond(first) || second > mostSecond(first)) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// Longer than necessary is no UTF-8.
  static int leastSecond(int first) {
    return first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  }

  /// Surrogates and what is beyond the last code point are no UTF-8.
  static int mostSecond(int first) {
    return first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  }

  /// True where a set of code points has all plain characters.
  ///
  /// @param ranges first and last code point of each range, ascending and apart
  static boolean isIn(List<Integer> ranges) {
    return isIn(0x20, 0x21, ranges)
        && isIn(0x23, 0x5B, ranges)
        && isIn(0x5D, 0x7F, ranges)
        && isBeyondAsciiIn(ranges);
  }

  /// True where a set of code points has all characters beyond ASCII.
  static boolean isBeyondAsciiIn(List<Integer> ranges) {
    return isIn(0x80, 0xD7FF, ranges) && isIn(0xE000, 0x10FFFF, ranges);
  }

  private static boolean isIn(int first, int last, List<Integer> ranges) {
    for (int i = 0; i < ranges.size(); i += 2) {
      if (ranges.get(i) <= first && last <= ranges.get(i + 1)) {
        return true;
      }
    }
    return false;
  }
}
