package puna.grammar.automaton;

/// Where each node leads by any character of a large set.
///
/// @param targets of each node
/// @param unlike true for a node that leads elsewhere by some of the characters only
record CharacterEdges(Edges.ByNode targets, boolean[] unlike) {
  /// The first bytes of a set of characters.
  interface First {
    boolean isAmong(int value);
  }

  /// @param found target and number of edges for the first byte, of each set in the grammar that
  ///   has all of the characters
  /// @param bytes all edges by bytes
  static CharacterEdges of(Edges.ByNode found, Edges.ByNode bytes, First first) {
    int nodes = found.starts().length - 1;
    boolean[] unlike = new boolean[nodes];
    int[] among = new int[257]; // how many of the bytes below each one are among the first ones
    for (int value = 0; value < 256; value++) {
      among[value + 1] = among[value] + (first.isAmong(value) ? 1 : 0);
    }
    for (int node = 0; node < nodes; node++) {
      int others = 0;
      for (int e = bytes.start(node); e < bytes.end(node); e++) {
        others += among[bytes.get(e, 1) + 1] > among[bytes.get(e, 0)] ? 1 : 0;
      }
      for (int e = found.start(node); e < found.end(node); e++) {
        others -= found.get(e, 1);
      }
      unlike[node] = others != 0;
    }
    return new CharacterEdges(found, unlike);
  }

  /// True where the next node depends on the character.
  boolean differs(int node) {
    return unlike[node];
  }
}
