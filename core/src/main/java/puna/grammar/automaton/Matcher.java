package puna.grammar.automaton;

/// Reads a text piece by piece. It belongs to one thread.
public final class Matcher {
  private final Automaton automaton;
  private State state;
  private Reading reading;

  Matcher(Automaton automaton) {
    this.automaton = automaton;
    this.state = automaton.start();
    this.reading = Reading.start(automaton);
  }

  /// Reads bytes; they need not end with a character.
  ///
  /// @return false when no text that the grammar admits goes on like this: the bytes that came too
  ///   much are not taken back
  public boolean accept(byte[] bytes) {
    Reading next = reading.after(bytes, automaton, state);
    state = next == null ? automaton.dead() : automaton.step(state, bytes);
    reading = next == null ? Reading.IDLE : next;
    return !state.isDead();
  }

  /// True where the grammar admits what was read as a whole text.
  public boolean isComplete() {
    return state.ending.accepts();
  }

  /// True where more may come.
  public boolean canGoOn() {
    return !state.isStuck();
  }
}
