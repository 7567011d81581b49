package puna.sample;

/// The logits of one position and the tokens that may still come there: room for all of them once,
/// reused position after position. One thread at a time.
///
/// First come steps that edit `logits()`, then steps that narrow the candidates, then a draw. Ties
/// are broken towards the lower id throughout.
public final class Candidates {
  private final float[] logits;
  private final int[] ids;
  private int count;
  private int best;

  /// @param vocabulary how many logits there are
  public Candidates(int vocabulary) {
    if (vocabulary < 1) {
      throw new IllegalArgumentException("vocabulary must be 1 or more, found " + vocabulary);
    }
    logits = new float[vocabulary];
    ids = new int[vocabulary];
  }

  /// The logits by token id, to be filled and edited.
  public float[] logits() {
    return logits;
  }

  /// How many candidates are left.
  public int count() {
    return count;
  }

  /// A candidate's token id, in no particular order.
  public int id(int index) {
    return ids[index];
  }

  /// The most likely token.
  public int best() {
    return best;
  }

  /// Makes every token a candidate; the logits are edited no more.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public void begin() {
    best = mostLikely();
    count = logits.length;
    for (int i = 0; i < count; i++) {
      ids[i] = i;
    }
  }

  /// The token with the largest logit.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public int mostLikely() {
    float largest = Float.NEGATIVE_INFINITY;
    int at = -1;
    for (int i = 0; i < logits.length; i++) {
      // also true for NaN
      if (!(logits[i] <= largest)) {
        largest = logits[i];
        at = i;
        if (Float.isNaN(largest) || largest == Float.POSITIVE_INFINITY) {
          throw new IllegalArgumentException(
              "logits must be numbers below infinity, found %s for token %d".formatted(largest, i));
        }
      }
    }
    if (at < 0) {
      throw new IllegalArgumentException(
          "one token at least must be possible, found all %d logits at negative infinity"
              .formatted(logits.length));
    }
    return at;
  }

  /// Keeps the `k` most likely candidates: a heap of k with the least likely on top, one pass.
  void keepTop(int k) {
    if (k >= count) {
      return;
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
      siftLeastUp(i, k);
    }
    for (int i = k; i < count; i++) {
      if (isLikelier(ids[i], ids[0])) {
        ids[0] = ids[i];
        siftLeastUp(0, k);
      }
    }
    count = k;
  }

  /// Keeps the candidates whose logit is at most `distance` below the best.
  void keepWithin(double distance) {
    double least = logits[best] - distance;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (logits[ids[i]] >= least) {
        ids[kept++] = ids[i];
      }
    }
    count = kept;
  }

  /// Keeps the most likely candidates until their probabilities exceed `p`, the one that crosses it
  /// included.
  ///
  /// A candidate below `(1 − p) / (count − 1)` is never kept: it and all after it could not make up
  /// the rest. That leaves few to sort, and they are sorted only as far as they are kept.
  void keepMass(double p) {
    if (count < 2) {
      return;
    }
    double total = total(1);
    double limit = p * total;
    // relative to the best candidate's weight of 1, and a little further: the bound is rounded
    double least = (1 - p) / (count - 1) * total;
    keepWithin(Math.max(0, 1e-6 - Math.log(least)));
    for (int i = count / 2 - 1; i >= 0; i--) {
      siftMostUp(i, count);
    }
    double mass = 0;
    int end = count;
    while (end > 0 && mass <= limit) {
      int top = ids[0];
      mass += Exponential.of(logits[top] - (double) logits[best]);
      end--;
      ids[0] = ids[end];
      ids[end] = top;
      siftMostUp(0, end);
    }
    // the kept ones stand at the end, the most likely last: reverse all, so that they come first
    int kept = count - end;
    for (int low = 0, high = count - 1; low < high; low++, high--) {
      int id = ids[low];
      ids[low] = ids[high];
      ids[high] = id;
    }
    count = kept;
  }

  /// Draws one candidate by the softmax of logit ÷ temperature.
  ///
  /// @param uniform from 0 inclusive to 1 exclusive
  int draw(double temperature, double uniform) {
    double scale = 1 / temperature;
    double target = uniform * total(scale);
    double mass = 0;
    int last = best;
    double top = logits[best];
    for (int i = 0; i < count; i++) {
      double weight = Exponential.of((logits[ids[i]] - top) * scale);
      if (weight > 0) {
        mass += weight;
        last = ids[i];
        if (mass > target) {
          break;
        }
      }
    }
    return last;
  }

  private double total(double scale) {
    double top = logits[best];
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += Exponential.of((logits[ids[i]] - top) * scale);
    }
    return total;
  }

  private boolean isLikelier(int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }

  private void siftLeastUp(int from, int size) {
    int id = ids[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isLikelier(ids[child], ids[child + 1])) {
        child++;
      }
      if (!isLikelier(id, ids[child])) {
        break;
      }
      ids[at] = ids[child];
      at = child;
    }
    ids[at] = id;
  }

  private void siftMostUp(int from, int size) {
    if (size == 0) {
      return;
    }
    int id = ids[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isLikelier(ids[child + 1], ids[child])) {
        child++;
      }
      if (!isLikelier(ids[child], id)) {
        break;
      }
      ids[at] = ids[child];
      at = child;
    }
    ids[at] = id;
  }
}
