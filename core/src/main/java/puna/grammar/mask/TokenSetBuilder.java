package puna.grammar.mask;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Puts a [TokenSet] together, of tokens in any order.
final class TokenSetBuilder {
  /// More ids take longer to sort than all words take to be made.
  private static final int MOST_IDS = 256;

  private static final int[] NONE = {};

  private final int words;
  private int[] ids = NONE;
  private int count;
  private long @Nullable [] bits;
  private @Nullable TokenSet only; // all that came so far

  /// @param words of 64 tokens
  TokenSetBuilder(int words) {
    this.words = words;
  }

  void add(int token) {
    copyOnly();
    long[] known = bits;
    if (known == null && count == MOST_IDS) {
      known = bits();
    }
    if (known != null) {
      known[token >> 6] |= 1L << token;
      return;
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(16, 2 * count));
    }
    ids[count++] = token;
  }

  /// Adds `tokens[from]` to `tokens[to - 1]`.
  void add(int[] tokens, int from, int to) {
    if (to - from > MOST_IDS - count) {
      bits();
    }
    for (int i = from; i < to; i++) {
      add(tokens[i]);
    }
  }

  void addAll(TokenSet set) {
    if (only == null && count == 0 && bits == null) {
      only = set;
    } else if (set.isFew()) {
      add(set.ids(), 0, set.ids().length);
    } else {
      addAll(set.bits());
    }
  }

  void addAll(long[] others) {
    long[] mine = bits();
    for (int i = 0; i < mine.length; i++) {
      mine[i] |= others[i];
    }
  }

  /// All of it as bits from here on, to be edited.
  long[] bits() {
    copyOnly();
    long[] known = bits;
    if (known == null) {
      known = new long[words];
      for (int i = 0; i < count; i++) {
        known[ids[i] >> 6] |= 1L << ids[i];
      }
      bits = known;
    }
    return known;
  }

  private void copyOnly() {
    TokenSet set = only;
    if (set != null) {
      only = null;
      if (set.isFew()) {
        ids = set.ids().clone();
        count = ids.length;
      } else {
        bits = set.bits().clone();
      }
    }
  }

  TokenSet build(int[] leaving) {
    TokenSet set = only;
    if (set != null) {
      return new TokenSet(set.ids(), set.bits(), leaving);
    }
    if (bits != null) {
      return new TokenSet(NONE, bits, leaving);
    }
    Arrays.sort(ids, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || ids[i] != ids[i - 1]) {
        ids[distinct++] = ids[i];
      }
    }
    return new TokenSet(Arrays.copyOf(ids, distinct), new long[0], leaving);
  }
}
