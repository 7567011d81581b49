package puna.grammar;

import java.util.Arrays;

/// A walk through a [TokenTrie] from a state, which marks the tokens whose bytes may come.
final class TrieWalk {
  private final Automaton automaton;
  private final TokenTrie trie;
  private final int[] classOf;
  private final long[] bits;
  private final State[] path; // by depth
  private int[] leaving = new int[16];
  private int leavingCount;
  private int leavingNodes;

  TrieWalk(Automaton automaton, TokenTrie trie, long[] bits) {
    this.automaton = automaton;
    this.trie = trie;
    this.classOf = automaton.network().classOf;
    this.bits = bits;
    this.path = new State[trie.longest() + 1];
  }

  void all(State start) {
    path[0] = start;
    walk(0, trie.nodes());
  }

  /// Walks what is below a node, from the state after that node.
  void below(State start, int node) {
    if (!start.isStuck()) {
      path[trie.depth(node)] = start;
      walk(node + 1, trie.end(node));
    }
  }

  private void walk(int first, int last) {
    int node = first;
    while (node < last) {
      int depth = trie.depth(node);
      State state = automaton.stepClass(path[depth - 1], classOf[trie.label(node) & 0xFF]);
      boolean dead = state.isDead();
      if (!dead) {
        trie.mark(node, bits);
        if (state.ending.leaves()) {
          leave(node);
        }
      }
      if (dead || state.isStuck()) {
        node = trie.end(node);
      } else {
        path[depth] = state;
        node++;
      }
    }
  }

  private void leave(int node) {
    if (trie.end(node) == node + 1) {
      return; // no token goes on from here
    }
    if (leavingCount == leaving.length) {
      leaving = Arrays.copyOf(leaving, 2 * leavingCount);
    }
    leaving[leavingCount++] = node;
    leavingNodes += trie.end(node) - node - 1;
  }

  int[] leaving() {
    return Arrays.copyOf(leaving, leavingCount);
  }

  int leavingNodes() {
    return leavingNodes;
  }
}
