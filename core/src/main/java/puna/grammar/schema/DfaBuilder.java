package puna.grammar.schema;

import java.util.ArrayList;
import java.util.List;

/// An automaton as its states come, each with its edges in ascending order.
final class DfaBuilder {
  private final List<int[]> starts = new ArrayList<>();
  private final List<int[]> targets = new ArrayList<>();
  private final List<Boolean> accepting = new ArrayList<>();
  private final List<Integer> rangeStarts = new ArrayList<>();
  private final List<Integer> rangeTargets = new ArrayList<>();
  private int reached;

  /// Begins the next state.
  void begin(boolean accepts) {
    finish();
    accepting.add(accepts);
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
    boolean[] accepts = new boolean[accepting.size()];
    for (int i = 0; i < accepts.length; i++) {
      accepts[i] = accepting.get(i);
    }
    return new Dfa(starts.toArray(int[][]::new), targets.toArray(int[][]::new), accepts);
  }

  private void range(int start, int target) {
    if (rangeTargets.isEmpty() || rangeTargets.getLast() != target) {
      rangeStarts.add(start);
      rangeTargets.add(target);
    }
  }

  private void finish() {
    if (accepting.isEmpty()) {
      return;
    }
    if (reached <= Dfa.LAST_CODE_POINT) {
      range(reached, Dfa.DEAD);
    }
    starts.add(rangeStarts.stream().mapToInt(Integer::intValue).toArray());
    targets.add(rangeTargets.stream().mapToInt(Integer::intValue).toArray());
    rangeStarts.clear();
    rangeTargets.clear();
  }
}
