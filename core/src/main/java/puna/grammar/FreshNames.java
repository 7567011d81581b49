package puna.grammar;

import puna.grammar.JsonPlace.Part;

/// Looks for a name that has not come yet in the object that is being written, so that no name is
/// begun that can only become one that came.
final class FreshNames {
  /// Longer names, and those with escapes, are taken to have a way out.
  private static final int MOST_LOOKED_AT = 200;

  private final Automaton automaton;

  FreshNames(Automaton automaton) {
    this.automaton = automaton;
  }

  /// Whether some name can still be written; true wherever no name is being written.
  boolean isThere(State state, JsonPlace place) {
    return isThere(state, place, 0);
  }

  private boolean isThere(State state, JsonPlace place, int depth) {
    if (state.isDead() || place.part() == Part.REPEATED) {
      return false;
    }
    if (!place.mayRepeat() || place.part() == Part.NAME_ESCAPE || depth > MOST_LOOKED_AT) {
      return true;
    }
    if (place.part() == Part.BEFORE_NAME) {
      return isThereAfter('"', state, place, depth) || isThereAfter(' ', state, place, depth);
    }
    if (isThereAfter('"', state, place, depth)) {
      return true;
    }
    for (int value = ' '; value < 256; value++) {
      if (value != '"' && isThereAfter(value, state, place, depth)) {
        return true;
      }
    }
    return false;
  }

  // Out of names that came leads nearly every byte, so the search ends at once or follows them.
  private boolean isThereAfter(int value, State state, JsonPlace place, int depth) {
    State next = automaton.step(state, value);
    return !next.isDead() && isThere(next, place.after((byte) value), depth + 1);
  }
}
