package puna.sample.chain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The tokens that may come at a position: all, or a few that are known. One whose logit is
/// negative infinity may not come.
final class PossibleTokens {
  private final float[] logits;
  private int @Nullable [] only; // ascending, where they are known

  /// @param logits by token, as they are when something is asked
  PossibleTokens(float[] logits) {
    this.logits = logits;
  }

  void all() {
    only = null;
  }

  /// @return false where none is left
  boolean only(int[] tokens) {
    int end = tokens.length;
    while (end > 0 && tokens[end - 1] >= logits.length) {
      end--;
    }
    only = end == tokens.length ? tokens : Arrays.copyOf(tokens, end);
    return end > 0;
  }

  /// The first from `from` on; -1 where there is none.
  int next(int from) {
    int[] few = only;
    if (few == null) {
      int token = from;
      while (token < logits.length && logits[token] == Float.NEGATIVE_INFINITY) {
        token++;
      }
      return token < logits.length ? token : -1;
    }
    int found = Arrays.binarySearch(few, from);
    int at = found < 0 ? -found - 1 : found;
    while (at < few.length && logits[few[at]] == Float.NEGATIVE_INFINITY) {
      at++;
    }
    return at < few.length ? few[at] : -1;
  }

  /// Writes their ids, ascending.
  ///
  /// @param ids with room for all tokens
  /// @return how many they are
  int into(int[] ids) {
    int[] few = only;
    int found = 0;
    if (few == null) {
      for (int id = 0; id < logits.length; id++) {
        ids[found] = id;
        found += logits[id] > Float.NEGATIVE_INFINITY ? 1 : 0;
      }
    } else {
      for (int id : few) {
        ids[found] = id;
        found += logits[id] > Float.NEGATIVE_INFINITY ? 1 : 0;
      }
    }
    return found;
  }

  /// The one with the largest logit.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  int mostLikely() {
    int[] few = only;
    int most = few == null ? mostLikelyOfAll() : mostLikelyOf(few);
    if (most < 0) {
      throw new IllegalArgumentException(
          "one token at least must be possible, found all %s logits at negative infinity"
              .formatted(few == null ? logits.length : few.length));
    }
    return most;
  }

  private int mostLikelyOfAll() {
    float largest = Float.NEGATIVE_INFINITY;
    int at = -1;
    for (int i = 0; i < logits.length; i++) {
      // also true for NaN
      if (!(logits[i] <= largest)) {
        largest = requireNumber(logits[i], i);
        at = i;
      }
    }
    return at;
  }

  private int mostLikelyOf(int[] tokens) {
    float largest = Float.NEGATIVE_INFINITY;
    int at = -1;
    for (int id : tokens) {
      if (!(logits[id] <= largest)) {
        largest = requireNumber(logits[id], id);
        at = id;
      }
    }
    return at;
  }

  private static float requireNumber(float logit, int token) {
    if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "logits must be numbers below infinity, found %s for token %s".formatted(logit, token));
    }
    return logit;
  }
}
