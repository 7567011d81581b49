package puna.grammar.schema;

import java.util.Arrays;
import puna.grammar.Work;

/// An automaton as its states come, each with its edges in ascending order.
final class DfaBuilder {
  private int[][] starts = new int[16][];
  private int[][] targets = new int[16][];
  private boolean[] accepting = new boolean[16];
  private int states;
  private int[] rangeStarts = new int[16];
  private int[] rangeTargets = new int[16];
  private int ranges;
  private int reached;

  /// Begins the next state.
  void begin(boolean accepts) {
    finish();
    if (states == starts.length) {
      starts = Arrays.copyOf(starts, 2 * states);
      targets = Arrays.copyOf(targets, 2 * states);
      accepting = Arrays.copyOf(accepting, 2 * states);
    }
    accepting[states++] = accepts;
    reached = 0;
  }

  void edge(int first, int last, int target) {
    if (first > reached) {
      range(reached, Dfa.DEAD);
    }
    range(first, target);
    reached = last + 1;
  }

  Dfa build() {
    finish();
    return new Dfa(
        Arrays.copyOf(starts, states),
        Arrays.copyOf(targets, states),
        Arrays.copyOf(accepting, states));
  }

  private void range(int start, int target) {
    if (ranges > 0 && rangeTargets[ranges - 1] == target) {
      return;
    }
    if (ranges == rangeStarts.length) {
      rangeStarts = Arrays.copyOf(rangeStarts, 2 * ranges);
      rangeTargets = Arrays.copyOf(rangeTargets, 2 * ranges);
    }
    rangeStarts[ranges] = start;
    rangeTargets[ranges++] = target;
  }

  private void finish() {
    if (states == 0) {
      return;
    }
    if (reached <= Dfa.LAST_CODE_POINT) {
      range(reached, Dfa.DEAD);
    }
    starts[states - 1] = Arrays.copyOf(rangeStarts, ranges);
    targets[states - 1] = Arrays.copyOf(rangeTargets, ranges);
    Work.spend(1 + ranges);
    ranges = 0;
  }
}
