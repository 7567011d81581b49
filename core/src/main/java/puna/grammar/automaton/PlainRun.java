package puna.grammar.automaton;

/// How many plain characters may come from a state, whichever they are, without leaving the base of
/// a relative state on the way.
///
/// @param characters any text of at most so many may come
/// @param ends true where no plain text of more characters may come; false where it is not known
/// @param mayLeave true where any plain text may come, and some of it leaves the base
public record PlainRun(int characters, boolean ends, boolean mayLeave) {
  /// Any plain text may come.
  static final PlainRun ENDLESS = new PlainRun(Integer.MAX_VALUE, false, false);

  static final PlainRun LEAVING = new PlainRun(0, false, true);

  private static final int MOST_FOLLOWED = 160;

  /// True where it is known of all plain texts of at most so many characters whether they may come.
  public boolean isKnownFor(int most) {
    return ends || characters >= most;
  }

  public static PlainRun of(State state, Automaton automaton) {
    PlainRun known = state.plainRun();
    if (known == null) {
      known = find(state, automaton);
      state.setPlainRun(known);
    }
    return known;
  }

  private static PlainRun find(State start, Automaton automaton) {
    State state = start;
    for (int count = 0; count < MOST_FOLLOWED; count++) {
      State next = automaton.stepPlain(state);
      if (next == null) {
        return new PlainRun(count, false, false);
      }
      if (next.isDead()) {
        return new PlainRun(count, true, false);
      }
      if (next.equals(state)) {
        return ENDLESS;
      }
      if (next.leaves()) {
        return new PlainRun(count, false, false); // what goes on from there has to be seen
      }
      state = next;
    }
    return new PlainRun(MOST_FOLLOWED, false, false);
  }
}
