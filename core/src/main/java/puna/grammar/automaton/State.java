package puna.grammar.automaton;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a text stands in a grammar: all nodes that it may have reached, each with its frame.
///
/// Equal states of one [StateTable] are the same object. The next states are found when they are
/// asked for first; a race finds the same one twice.
public final class State {
  public final int[] nodes;
  public final Frame[] frames;
  public final Ending ending;
  public final boolean hasTokens;
  private final boolean dead;
  private final boolean stuck;
  private final @Nullable State[] next; // by class of the byte
  private final Next plain = new Next();
  private final Next beyondAscii = new Next();
  private Next @Nullable [] kinds; // by kind of plain characters
  private @Nullable PlainRun plainRun;
  private final int hash;

  State(Items items, Ending ending, boolean hasTokens, int classes) {
    this.nodes = items.nodes();
    this.frames = items.frames();
    this.ending = ending;
    this.hasTokens = hasTokens;
    this.stuck = nodes.length == 0;
    this.dead = stuck && !ending.accepts() && !ending.leaves();
    this.next = new State[nodes.length == 0 ? 0 : classes];
    int h = 31 * Arrays.hashCode(nodes) + ending.hash();
    for (Frame frame : frames) {
      h = 31 * h + Long.hashCode(frame.number);
    }
    hash = h;
  }

  /// True where no byte and no token may come.
  public boolean isStuck() {
    return stuck;
  }

  /// True where nothing may come and the text may not end: it went wrong.
  public boolean isDead() {
    return dead;
  }

  /// True where the base frame of a relative state was returned through.
  public boolean leaves() {
    return ending.leaves();
  }

  @Nullable State next(int byteClass) {
    return next[byteClass];
  }

  void setNext(int byteClass, State state) {
    next[byteClass] = state;
  }

  /// What is known of the state after any plain character.
  Next plain() {
    return plain;
  }

  /// What is known of the state after any character beyond ASCII.
  Next beyondAscii() {
    return beyondAscii;
  }

  /// What is known of the state after any plain character of a kind.
  Next kind(int kind) {
    Next[] all = kinds;
    if (all == null) {
      all = new Next[PlainText.kinds()];
      for (int i = 0; i < all.length; i++) {
        all[i] = new Next();
      }
      kinds = all;
    }
    return all[kind];
  }

  @Nullable PlainRun plainRun() {
    return plainRun;
  }

  void setPlainRun(PlainRun run) {
    plainRun = run;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof State that)
        || hash != that.hash
        || !ending.isSame(that.ending)
        || !Arrays.equals(nodes, that.nodes)) {
      return false;
    }
    for (int i = 0; i < frames.length; i++) {
      if (frames[i].number != that.frames[i].number) {
        return false;
      }
    }
    return true;
  }

  /// What may happen here without a byte.
  ///
  /// @param accepts the text may end
  /// @param leaves the base frame of a relative state was returned through
  /// @param demands numbers of what is asked from here on, ascending
  public record Ending(boolean accepts, boolean leaves, List<Integer> demands) {
    // States are compared all the time, and the two that a record has by itself call method
    // handles,
    // which the JIT does not always inline.

    private int hash() {
      return 4 * demands.hashCode() + (accepts ? 2 : 0) + (leaves ? 1 : 0);
    }

    private boolean isSame(Ending other) {
      return accepts == other.accepts && leaves == other.leaves && demands.equals(other.demands);
    }
  }

  /// Nodes and their frames, side by side.
  record Items(int[] nodes, Frame[] frames) {}

  /// The state after any character of a set; a race finds the same one twice.
  static final class Next {
    @Nullable State state; // null where it is not known, or depends on the character
    boolean differs; // known to depend on it
  }
}
