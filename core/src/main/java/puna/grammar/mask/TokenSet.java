package puna.grammar.mask;

import org.jspecify.annotations.Nullable;

/// A set of tokens: their ids where they are few, so that many sets have room, else a bit for each
/// token of the vocabulary. Nobody may change its arrays.
///
/// @param ids ascending; empty where there are bits
/// @param bits empty where the tokens are few
/// @param leaving the nodes of the trie at which the base of a relative state was returned through
record TokenSet(int[] ids, long[] bits, int[] leaving) {
  /// Stands for a relative state whose base should be a frame further below.
  static final TokenSet GIVEN_UP = new TokenSet(new int[0], new long[0], new int[] {-1});

  boolean isGivenUp() {
    return leaving.length == 1 && leaving[0] < 0;
  }

  /// Whether the ids are all that is in it.
  boolean isFew() {
    return bits.length == 0;
  }

  /// The ids, ascending; null where they are more than `most`.
  int @Nullable [] few(int most) {
    if (isFew()) {
      return ids.length > most ? null : ids;
    }
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    if (count > most) {
      return null;
    }
    int[] found = new int[count];
    int at = 0;
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        found[at++] = (word << 6) + Long.numberOfTrailingZeros(rest);
      }
    }
    return found;
  }

  /// A bit for each token of a vocabulary of so many words of 64.
  long[] asBits(int words) {
    if (!isFew()) {
      return bits;
    }
    long[] made = new long[words];
    for (int id : ids) {
      made[id >> 6] |= 1L << id;
    }
    return made;
  }

  long bytes() {
    return 4L * ids.length + 8L * bits.length + 4L * leaving.length;
  }
}
