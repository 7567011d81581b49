package puna.grammar.automaton;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds where any plain text may come though the states behind it differ, as where an expression
/// is looked for anywhere in a text, by trying each class of bytes.
public final class EndlessText {
  private static final int MOST_FOLLOWED = 200; // states

  private final Automaton automaton;

  public EndlessText(Automaton automaton) {
    this.automaton = automaton;
  }

  /// Looks whether any plain text may come from a state. Then all states behind it are told so.
  public void followAll(State start) {
    Set<State> met = new HashSet<>();
    Deque<State> open = new ArrayDeque<>();
    Predicate<State> follow =
        state -> {
          if (state.isStuck() || met.size() > MOST_FOLLOWED) {
            return false;
          }
          if (met.add(state)) {
            open.add(state);
          }
          return true;
        };
    boolean all = follow.test(start);
    while (all && !open.isEmpty()) {
      State state = open.remove();
      for (int value = 0x20; value < 0x80 && all; value++) {
        all = !PlainText.isFirst(value) || follow.test(automaton.step(state, value));
      }
      all = all && isBeyondAscii(state, follow);
    }
    if (all) {
      boolean mayLeave = met.stream().anyMatch(State::leaves);
      met.forEach(state -> state.setPlainRun(mayLeave ? PlainRun.LEAVING : PlainRun.ENDLESS));
    }
  }

  /// True where the states behind all characters beyond ASCII are as wanted.
  private boolean isBeyondAscii(State state, Predicate<State> wanted) {
    @Nullable State before = null;
    int restBefore = 0;
    for (int first = 0xC2; first < 0xF5; first++) {
      State inside = automaton.step(state, first);
      int length = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
      int rest = length << 16 | PlainText.leastSecond(first) << 8 | PlainText.mostSecond(first);
      boolean isLikeBefore = inside.equals(before) && rest == restBefore;
      if (!isLikeBefore && !isAfter(inside, rest, wanted)) {
        return false;
      }
      before = inside;
      restBefore = rest;
    }
    return true;
  }

  /// True where the states behind all rests of a character are as wanted.
  ///
  /// @param rest the length of the rest, and the least and the most that its first byte may be
  private boolean isAfter(State state, int rest, Predicate<State> wanted) {
    int length = rest >> 16;
    if (length == 0) {
      return wanted.test(state);
    }
    if (state.isStuck()) {
      return false;
    }
    @Nullable State before = null;
    for (int value = rest >> 8 & 0xFF; value <= (rest & 0xFF); value++) {
      State next = automaton.step(state, value);
      if (!next.equals(before) && !isAfter(next, length - 1 << 16 | 0x80BF, wanted)) {
        return false;
      }
      before = next;
    }
    return true;
  }
}
