package puna.grammar.automaton;

/// The copies of a repetition's body, written out one behind the other in nodes of the same order.
///
/// @param first the first node of the first copy
/// @param stride the nodes of a copy
/// @param minimum the copies that must come
/// @param copies all copies
record Chain(int first, int stride, int minimum, int copies) {
  /// The node that stands for `node` as far as the next `bytes` bytes can tell: far from the bounds
  /// all copies are alike. Each copy takes one byte at least.
  int alike(int node, int bytes) {
    int copy = (node - first) / stride;
    int margin = bytes + 2;
    if (copy < minimum) {
      return minimum - copy > margin ? node - copy * stride : node;
    }
    return copies - copy > margin ? node - (copy - minimum) * stride : node;
  }

  int end() {
    return first + stride * copies;
  }
}
