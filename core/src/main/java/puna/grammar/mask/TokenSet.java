package puna.grammar.mask;

/// A set of tokens.
///
/// @param bits one a token
/// @param leaving the nodes of the trie at which the base of a relative state was returned through
record TokenSet(long[] bits, int[] leaving) {
  /// Stands for a relative state whose base should be a frame further below.
  static final TokenSet GIVEN_UP = new TokenSet(new long[0], new int[0]);

  boolean isGivenUp() {
    return bits.length == 0;
  }

  void addTo(long[] other) {
    for (int i = 0; i < other.length; i++) {
      other[i] |= bits[i];
    }
  }

  long bytes() {
    return 8L * bits.length + 4L * leaving.length;
  }
}
