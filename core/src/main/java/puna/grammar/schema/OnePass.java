package puna.grammar.schema;

import java.util.Arrays;

/// Blocks of equal states where no state leads back to another, found in one pass from the last.
///
/// A state belongs to the block that has its edges, where an edge to the block itself and one from
/// a state to itself are the same.
final class OnePass {
  private static final int SELF = -2;

  private final Dfa dfa;
  private final boolean[] live;
  private final int[] block;
  private final NumberSequences blocks = new NumberSequences();
  private int[] signature = new int[16];
  private int length;

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
    sign(state, edges, Dfa.DEAD);
    int known = blocks.find(signature, length);
    if (known >= 0) {
      return known;
    }
    int before = Dfa.DEAD;
    for (int target : edges) {
      if (target >= 0 && target != before) {
        sign(state, edges, target);
        if (blocks.find(signature, length) == target) {
          return target;
        }
        before = target;
      }
    }
    sign(state, edges, Dfa.DEAD);
    return blocks.place(signature, length);
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
  private void sign(int state, int[] edges, int own) {
    int[] starts = dfa.starts(state);
    if (signature.length < 1 + 2 * edges.length) {
      signature = new int[2 + 4 * edges.length];
    }
    length = 0;
    signature[length++] = dfa.accepts(state) ? 1 : 0;
    int before = Integer.MIN_VALUE;
    for (int i = 0; i < edges.length; i++) {
      int target = own >= 0 && edges[i] == own ? SELF : edges[i];
      if (target != before) {
        signature[length++] = starts[i];
        signature[length++] = target;
        before = target;
      }
    }
  }
}
