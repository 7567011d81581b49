package puna.grammar.automaton;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// All states and frames that were met so far, each once. It is emptied when it has grown large:
/// states in use stay valid, only the knowledge of the way between them is lost.
public final class StateTable {
  private static final int MOST_STATES = 50_000;

  /// A long answer meets about so many; growing up to there took 3 % of the time of masks.
  private static final int EXPECTED = 1 << 10;

  private final AtomicLong frameNumbers = new AtomicLong();
  private volatile Maps maps = new Maps(0);

  Frame frame(int[] returns, @Nullable Frame[] parents) {
    return frame(returns, parents, 0);
  }

  public Frame frame(int[] returns, @Nullable Frame[] parents, long marks) {
    return intern(maps.frames, new Frame(frameNumbers.getAndIncrement(), returns, parents, marks));
  }

  /// The frame with more marks.
  Frame marked(Frame frame, long added) {
    long marks = frame.marks | added;
    return marks == frame.marks ? frame : frame(frame.returns, frame.parents, marks);
  }

  State state(State state) {
    Maps now = maps;
    if (now.states.size() > MOST_STATES || now.frames.size() > MOST_STATES) {
      now = new Maps(now.generation + 1);
      maps = now;
    }
    return intern(now.states, state);
  }

  /// Changes when the table was emptied: states of different generations may be equal and not the
  /// same.
  long generation() {
    return maps.generation;
  }

  private static <T> T intern(ConcurrentHashMap<T, T> map, T value) {
    T known = map.putIfAbsent(value, value);
    return known == null ? value : known;
  }

  private static final class Maps {
    private final long generation;
    private final ConcurrentHashMap<Frame, Frame> frames = new ConcurrentHashMap<>(EXPECTED);
    private final ConcurrentHashMap<State, State> states = new ConcurrentHashMap<>(EXPECTED);

    Maps(long generation) {
      this.generation = generation;
    }
  }
}
