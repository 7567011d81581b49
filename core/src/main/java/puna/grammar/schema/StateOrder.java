package puna.grammar.schema;

import java.util.Optional;

/// The states of an automaton, each behind all that it leads to but itself.
final class StateOrder {
  private final Dfa dfa;
  private final boolean[] live;

  StateOrder(Dfa dfa, boolean[] live) {
    this.dfa = dfa;
    this.live = live;
  }

  /// The live states that the first one reaches; nothing where they lead in a circle.
  Optional<int[]> lastFirst() {
    int size = dfa.size();
    byte[] seen = new byte[size];
    int[] stack = new int[size];
    int[] edge = new int[size];
    int[] order = new int[size];
    int count = 0;
    int depth = 1;
    seen[0] = 1;
    while (depth > 0) {
      int state = stack[depth - 1];
      int[] targets = dfa.targets(state);
      if (edge[depth - 1] == targets.length) {
        seen[state] = 2;
        order[count++] = state;
        depth--;
        continue;
      }
      int target = targets[edge[depth - 1]++];
      if (target == Dfa.DEAD || !live[target] || target == state || seen[target] == 2) {
        continue;
      }
      if (seen[target] == 1) {
        return Optional.empty();
      }
      seen[target] = 1;
      stack[depth] = target;
      edge[depth++] = 0;
    }
    return Optional.of(java.util.Arrays.copyOf(order, count));
  }
}
