package puna.grammar.schema;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import puna.grammar.schema.DfaMinimizer.Signature;

/// Blocks of equal states where no state leads back to another, found in one pass from the last.
///
/// A state belongs to the block that has its edges, where an edge to the block itself and one from
/// a state to itself are the same.
final class OnePass {
  private static final int SELF = -2;

  private final Dfa dfa;
  private final boolean[] live;
  private final int[] block;
  private final Map<Signature, Integer> blocks = new HashMap<>();
  private int count;

  OnePass(Dfa dfa, boolean[] live) {
    this.dfa = dfa;
    this.live = live;
    this.block = new int[dfa.size()];
    Arrays.fill(block, Dfa.DEAD);
  }

  /// The block of each state; [Dfa#DEAD] for those that are not in the order.
  int[] blocks(int[] lastFirst) {
    for (int state : lastFirst) {
      block[state] = find(state);
    }
    return block;
  }

  private int find(int state) {
    int[] edges = edges(state);
    Integer known = blocks.get(signature(state, edges, Dfa.DEAD));
    if (known != null) {
      return known;
    }
    int before = Dfa.DEAD;
    for (int target : edges) {
      if (target >= 0 && target != before) {
        Integer same = blocks.get(signature(state, edges, target));
        if (same != null && same == target) {
          return same;
        }
        before = target;
      }
    }
    blocks.put(signature(state, edges, Dfa.DEAD), count);
    return count++;
  }

  private int[] edges(int state) {
    int[] targets = dfa.targets(state);
    int[] edges = new int[targets.length];
    for (int i = 0; i < targets.length; i++) {
      int target = targets[i];
      boolean dead = target == Dfa.DEAD || !live[target];
      edges[i] = dead ? Dfa.DEAD : target == state ? SELF : block[target];
    }
    return edges;
  }

  /// The edges with one block counted as the state's own.
  private Signature signature(int state, int[] edges, int own) {
    int[] starts = dfa.starts(state);
    int[] numbers = new int[1 + 2 * edges.length];
    int length = 0;
    numbers[length++] = dfa.accepts(state) ? 1 : 0;
    int before = Integer.MIN_VALUE;
    for (int i = 0; i < edges.length; i++) {
      int target = own >= 0 && edges[i] == own ? SELF : edges[i];
      if (target != before) {
        numbers[length++] = starts[i];
        numbers[length++] = target;
        before = target;
      }
    }
    return new Signature(Arrays.copyOf(numbers, length));
  }
}
