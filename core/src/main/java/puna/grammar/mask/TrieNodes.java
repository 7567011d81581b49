package puna.grammar.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import puna.grammar.automaton.PlainText;

/// The nodes of a [TokenTrie]: those of plain tokens first, then a trie of all others. A node
/// stands right before the nodes below it.
///
/// Nodes of plain tokens know how far what is below them goes, and of which bytes it is made, so
/// that a walk may take it as a whole.
final class TrieNodes {
  /// The height of a node that is not plain.
  static final int NO_HEIGHT = Short.MIN_VALUE;

  private static final int LONGEST = Short.MAX_VALUE;

  // by node
  byte[] labels = new byte[1024];
  short[] depths = new short[1024]; // the bytes up to and with the label
  int[] ends = new int[1024]; // the node behind all that are below
  int[] ranks = new int[1024]; // in `order`, of the first token that ends here or behind
  short[] heights = new short[1024]; // the most characters below; -1 less those inside a character
  short[] kinds = new short[1024]; // of the bytes below

  final int[] order; // the tokens in the order of their nodes
  private final int plainNodes;
  private int nodes;
  private int ranked;

  /// @param tokens to be kept, without those that are empty
  TrieNodes(byte[][] bytes, List<Integer> tokens) {
    List<Integer> plain = new ArrayList<>();
    List<Integer> mixed = new ArrayList<>();
    tokens.forEach(id -> (PlainText.isPlain(bytes[id]) ? plain : mixed).add(id));
    order = new int[tokens.size()];
    build(bytes, plain);
    plainNodes = nodes;
    summarize();
    build(bytes, mixed);
    Arrays.fill(heights, plainNodes, heights.length, (short) NO_HEIGHT);
    labels = Arrays.copyOf(labels, nodes);
    depths = Arrays.copyOf(depths, nodes);
    ends = Arrays.copyOf(ends, nodes);
    ranks = Arrays.copyOf(ranks, nodes + 1);
    ranks[nodes] = ranked;
    heights = Arrays.copyOf(heights, nodes);
    kinds = Arrays.copyOf(kinds, nodes);
  }

  private void build(byte[][] bytes, List<Integer> tokens) {
    tokens.sort((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
    int[] path = new int[LONGEST + 1];
    byte[] before = new byte[0];
    for (int id : tokens) {
      byte[] token = bytes[id];
      int common = Arrays.mismatch(before, token);
      if (common >= 0) {
        close(path, before.length, common);
        add(token, common, path);
        before = token;
      }
      order[ranked++] = id;
    }
    close(path, before.length, 0);
  }

  private void close(int[] path, int from, int to) {
    for (int depth = from; depth > to; depth--) {
      ends[path[depth]] = nodes;
    }
  }

  private void add(byte[] token, int common, int[] path) {
    int characterEnd = 0;
    for (int depth = 0; depth < token.length; depth++) {
      if (depth == characterEnd) {
        characterEnd += Math.max(1, PlainText.character(token, depth));
      }
      if (depth >= common) {
        if (nodes + 1 >= labels.length) {
          grow();
        }
        labels[nodes] = token[depth];
        depths[nodes] = (short) (depth + 1);
        ranks[nodes] = ranked;
        heights[nodes] = (short) (depth + 1 == characterEnd ? 0 : -1);
        path[depth + 1] = nodes++;
      }
    }
  }

  private void grow() {
    labels = Arrays.copyOf(labels, 2 * nodes + 2);
    depths = Arrays.copyOf(depths, 2 * nodes + 2);
    ends = Arrays.copyOf(ends, 2 * nodes + 2);
    ranks = Arrays.copyOf(ranks, 2 * nodes + 2);
    heights = Arrays.copyOf(heights, 2 * nodes + 2);
    kinds = Arrays.copyOf(kinds, 2 * nodes + 2);
  }

  /// From the last node to the first, so that a node comes after all that are below it.
  private void summarize() {
    int[] characters = new int[nodes];
    for (int node = nodes - 1; node >= 0; node--) {
      for (int child = node + 1; child < ends[node]; child = ends[child]) {
        int own = heights[child] < 0 ? 0 : 1;
        characters[node] = Math.max(characters[node], characters[child] + own);
        kinds[node] |= (short) (kinds[child] | PlainText.kind(labels[child]));
      }
      heights[node] = (short) (heights[node] < 0 ? -1 - characters[node] : characters[node]);
    }
  }

  int size() {
    return nodes;
  }

  /// The nodes before this one are plain.
  int plainNodes() {
    return plainNodes;
  }

  /// The plain tokens are the first of the order, as many as this.
  int plainTokens() {
    return ranks[plainNodes];
  }
}
