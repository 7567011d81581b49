package puna.grammar.automaton;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where a rule returns to: for each of its callers the node behind the call and the caller's own
/// frame. All calls of a rule at one place of the text share a frame, so that ambiguity costs no
/// more than the text's length; a call at a rule's end leaves the caller's frame out, so that
/// recursion there costs nothing.
///
/// Equal frames of one [StateTable] are the same object.
public final class Frame {
  /// The return of the root: the text may end here.
  static final int ACCEPT = -1;

  /// The return out of what is known: see `RelativeState`.
  public static final int LEAVE = -2;

  public final long number;
  public final int[] returns;
  public final @Nullable Frame[] parents; // null beside ACCEPT and LEAVE
  public final long marks; // that the rule has set: see Rule.Marks
  private final int hash;

  Frame(long number, int[] returns, @Nullable Frame[] parents, long marks) {
    this.number = number;
    this.returns = returns;
    this.parents = parents;
    this.marks = marks;
    int h = 31 * Arrays.hashCode(returns) + Long.hashCode(marks);
    for (Frame parent : parents) {
      h = 31 * h + Long.hashCode(number(parent));
    }
    hash = h;
  }

  static long number(@Nullable Frame frame) {
    return frame == null ? -1 : frame.number;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Frame that)
        || hash != that.hash
        || marks != that.marks
        || !Arrays.equals(returns, that.returns)) {
      return false;
    }
    for (int i = 0; i < parents.length; i++) {
      if (number(parents[i]) != number(that.parents[i])) {
        return false;
      }
    }
    return true;
  }
}
