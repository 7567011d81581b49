package puna.grammar;

import org.jspecify.annotations.Nullable;

/// Finds the kinds of plain bytes that lead from a state back to itself, character by character.
final class Loops {
  private Loops() {}

  static int of(State state, Automaton automaton) {
    int loops = 0;
    String[] kinds = PlainText.asciiKinds();
    for (int kind = 0; kind < kinds.length; kind++) {
      boolean all = true;
      for (int i = 0; i < kinds[kind].length() && all; i++) {
        all = automaton.step(state, kinds[kind].charAt(i)).equals(state);
      }
      loops |= all ? 1 << kind : 0;
    }
    return loops | (isBeyondAscii(state, automaton) ? PlainText.BEYOND_ASCII : 0);
  }

  private static boolean isBeyondAscii(State state, Automaton automaton) {
    @Nullable State before = null;
    int boundsBefore = 0;
    int lengthBefore = 0;
    for (int first = 0xC2; first < 0xF5; first++) {
      State inside = automaton.step(state, first);
      int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      int bounds = PlainText.leastSecond(first) << 8 | PlainText.mostSecond(first);
      boolean isLikeBefore =
          inside.equals(before) && bounds == boundsBefore && length == lengthBefore;
      if (!isLikeBefore && !returns(inside, bounds, length - 1, state, automaton)) {
        return false;
      }
      before = inside;
      boundsBefore = bounds;
      lengthBefore = length;
    }
    return true;
  }

  /// True where all rests of a character lead to a state.
  ///
  /// @param bounds the least and the most that the first byte of the rest may be
  /// @param length of the rest
  private static boolean returns(
      State from, int bounds, int length, State to, Automaton automaton) {
    if (length == 0) {
      return from.equals(to);
    }
    if (from.isStuck()) {
      return false;
    }
    @Nullable State before = null;
    for (int value = bounds >> 8; value <= (bounds & 0xFF); value++) {
      State next = automaton.step(from, value);
      if (!next.equals(before) && !returns(next, 0x80BF, length - 1, to, automaton)) {
        return false;
      }
      before = next;
    }
    return true;
  }
}
