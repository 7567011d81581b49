package puna.sample.chain;

/// The logits of one position and the tokens that may still come there: room for all of them once,
/// reused position after position. One thread at a time.
///
/// Where only a few tokens may come (`only`), all others are as if they were not there, whatever
/// their logits. Steps edit `logits()` and narrow the candidates in any order, then one draws. Ties
/// are broken towards the lower id throughout. A token whose logit is negative infinity is no
/// candidate.
public final class Candidates {
  /// Up to here a heap is quicker than buckets.
  private static final int LARGEST_HEAP = 512;

  /// Divisors below it are applied to distances from the best, so that nothing overflows.
  private static final float SMALL_TEMPERATURE = 0.01f;

  private static final float FARTHEST = -1e30f;

  private final float[] logits;
  private final int[] ids;
  private final float[] weights; // by candidate: e^(logit − best logit), when last weighed
  private final MassSelection selection;
  private final PossibleTokens possible;
  private boolean begun;
  private int count;
  private int best;
  private double total; // of the weights
  private int drawn;

  /// @param vocabulary how many logits there are
  public Candidates(int vocabulary) {
    if (vocabulary < 1) {
      throw new IllegalArgumentException("vocabulary must be 1 or more, found " + vocabulary);
    }
    logits = new float[vocabulary];
    possible = new PossibleTokens(logits);
    ids = new int[vocabulary];
    weights = new float[vocabulary];
    selection = new MassSelection(logits, ids, weights);
  }

  /// The logits by token id, to be filled and edited.
  public float[] logits() {
    return logits;
  }

  /// Makes every token possible again, for the logits of another position.
  public void clear() {
    possible.all();
    begun = false;
  }

  /// Makes no tokens possible but these.
  ///
  /// @param tokens ascending; those without a logit count for nothing
  /// @return false where none is left
  public boolean only(int[] tokens) {
    begun = false;
    return possible.only(tokens);
  }

  /// The first token from `from` on that is possible, by its logit too; -1 where there is none.
  public int nextPossible(int from) {
    return possible.next(from);
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

  /// The probability of a candidate after the last draw.
  public double probability(int index) {
    return weights[index] / total;
  }

  /// The probability of the token that was drawn last.
  public double drawnProbability() {
    return probability(drawn);
  }

  /// Forgets the position before.
  void reset() {
    begun = false;
  }

  /// Takes note that logits have changed.
  void edited() {
    if (begun) {
      findBest();
    }
  }

  /// Makes every token a candidate that is possible, unless that is done.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public void begin() {
    if (begun) {
      return;
    }
    best = mostLikely();
    count = possible.into(ids);
    begun = true;
  }

  /// The token with the largest logit.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public int mostLikely() {
    return possible.mostLikely();
  }

  /// Keeps the most likely candidate.
  void keepBest() {
    if (!begun) {
      best = mostLikely();
      begun = true;
    }
    ids[0] = best;
    count = 1;
  }

  /// Keeps these tokens, whether they are candidates yet or not.
  ///
  /// @param tokens at least one, each with a logit above negative infinity
  void keep(int... tokens) {
    System.arraycopy(tokens, 0, ids, 0, tokens.length);
    count = tokens.length;
    findBest();
  }

  /// Keeps the `k` most likely candidates.
  void keepTop(int k) {
    begin();
    if (k >= count) {
      return;
    }
    if (k > LARGEST_HEAP) {
      for (int i = 0; i < count; i++) {
        weights[i] = 1;
      }
      count = selection.nearest(count, logits[best], 0, k - 0.5);
      return;
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
      siftLeastUp(i, k);
    }
    float least = logits[ids[0]];
    for (int i = k; i < count; i++) {
      if (logits[ids[i]] >= least && isLikelier(ids[i], ids[0])) {
        ids[0] = ids[i];
        siftLeastUp(0, k);
        least = logits[ids[0]];
      }
    }
    count = k;
  }

  /// Keeps the candidates whose logit is at most `distance` below the best.
  void keepWithin(double distance) {
    begin();
    double least = logits[best] - Math.max(0, distance);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int id = ids[i];
      ids[kept] = id;
      kept += logits[id] >= least ? 1 : 0;
    }
    count = kept;
  }

  /// Keeps the most likely candidates until their probabilities exceed `p`, the one that crosses it
  /// included.
  ///
  /// A candidate below `(1 − p) / (count − 1)` is never kept: it and all after it could not make up
  /// the rest.
  void keepMass(double p) {
    weigh();
    if (count < 2) {
      return;
    }
    // a little further: the bound is rounded
    float least = (float) Math.min(1, (1 - p) / (count - 1) * total * (1 - 1e-4));
    int kept = 0;
    for (int i = 0; i < count; i++) {
      float weight = weights[i];
      ids[kept] = ids[i];
      weights[kept] = weight;
      kept += weight >= least ? 1 : 0;
    }
    count = selection.nearest(kept, logits[best], 0, p * total);
  }

  /// Keeps the candidates whose surprise is nearest to the expected one until their probabilities
  /// exceed `p`, the one that crosses it included (Meister et al., "Locally typical sampling",
  /// 2022).
  void keepTypical(double p) {
    weigh();
    if (count < 2) {
      return;
    }
    double center = entropy() - Math.log(total);
    count = selection.nearest(count, logits[best], center, p * total);
    findBest();
  }

  /// Keeps the candidates within `n` standard deviations of the best.
  void keepWithinSigmas(double n) {
    begin();
    double sum = 0;
    double squares = 0;
    // around the best, so that the squares lose no digits
    float top = logits[best];
    for (int i = 0; i < count; i++) {
      double below = logits[ids[i]] - top;
      sum += below;
      squares += below * below;
    }
    double mean = sum / count;
    keepWithin(n * Math.sqrt(Math.max(0, squares / count - mean * mean)));
  }

  /// Of the candidates with at least that probability, leaves out all but the least likely.
  void excludeTop(double threshold) {
    weigh();
    double least = threshold * total;
    int last = -1; // the least likely that reaches the threshold
    for (int i = 0; i < count; i++) {
      if (weights[i] >= least && (last < 0 || isLikelier(ids[last], ids[i]))) {
        last = i;
      }
    }
    if (last < 0) {
      return;
    }
    int spared = ids[last];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int id = ids[i];
      ids[kept] = id;
      kept += weights[i] < least || id == spared ? 1 : 0;
    }
    count = kept;
    findBest();
  }

  /// Divides the logits of the candidates; 0 keeps the best alone.
  void divide(float temperature) {
    if (temperature == 0) {
      keepBest();
      return;
    }
    begin();
    if (temperature < SMALL_TEMPERATURE) {
      float top = logits[best];
      for (int i = 0; i < count; i++) {
        int id = ids[i];
        logits[id] = Math.max((logits[id] - top) / temperature, FARTHEST);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      logits[ids[i]] /= temperature;
    }
  }

  /// Shannon's entropy of the candidates over its largest value, from 0 to 1.
  double normalizedEntropy() {
    weigh();
    return count < 2 ? 0 : Math.clamp(entropy() / Math.log(count), 0, 1);
  }

  float weight(int index) {
    return weights[index];
  }

  /// Sets a candidate's logit to another function of its probability; `edited()` must follow.
  void setLogit(int index, float logit) {
    logits[ids[index]] = logit;
  }

  /// The probabilities' common divisor: `e^(logit − best logit)` of all candidates.
  double weigh() {
    begin();
    for (int i = 0; i < count; i++) {
      weights[i] = logits[ids[i]];
    }
    Exponential.replace(weights, count, logits[best]);
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      sum0 += weights[i];
      sum1 += weights[i + 1];
      sum2 += weights[i + 2];
      sum3 += weights[i + 3];
    }
    for (; i < count; i++) {
      sum0 += weights[i];
    }
    total = sum0 + sum1 + (sum2 + sum3);
    return total;
  }

  /// Draws one candidate by the softmax of its logit.
  ///
  /// @param uniform from 0 inclusive to 1 exclusive
  /// @return the token
  int draw(double uniform) {
    double target = uniform * weigh();
    double mass = 0;
    int last = count - 1;
    int at = -1;
    do {
      mass += weights[++at];
    } while (mass <= target && at < last);
    drawn = at;
    return ids[at];
  }

  /// The index of the candidate drawn last.
  int drawn() {
    return drawn;
  }

  /// Of the weighed candidates, in nats.
  private double entropy() {
    float top = logits[best];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i] * ((double) top - logits[ids[i]]);
    }
    return Math.log(total) + sum / total;
  }

  private void findBest() {
    best = ids[0];
    for (int i = 1; i < count; i++) {
      if (isLikelier(ids[i], best)) {
        best = ids[i];
      }
    }
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
}
