package puna.sample.chain;

import java.util.ArrayList;
import java.util.List;
import puna.sample.TokenProbability;

/// How likely tokens are, by the model itself or after a sampler's steps.
public final class LogProbabilities {
  private LogProbabilities() {}

  /// By the softmax of logits, in double.
  ///
  /// @param likeliest how many of the most likely tokens to list
  /// @throws IllegalArgumentException when a logit is no number
  public static TokenProbability ofLogits(float[] logits, int token, int likeliest) {
    int[] ranked = new int[Math.min(likeliest, logits.length)];
    int count = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      largest = Math.max(largest, logits[id]);
      count = insert(logits, id, ranked, count);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Exponential.of(logit - largest);
    }
    if (Double.isNaN(sum)) {
      throw new IllegalArgumentException(
          "logits must be numbers below infinity, found a largest of " + largest);
    }
    double divisor = Math.log(sum) + largest;
    List<TokenProbability.Rival> rivals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rivals.add(new TokenProbability.Rival(ranked[i], logits[ranked[i]] - divisor));
    }
    return new TokenProbability(token, logits[token] - divisor, rivals);
  }

  /// By what a sampler's last draw was made from: tokens that its steps left out are not listed.
  ///
  /// @param likeliest how many of the most likely tokens to list
  public static TokenProbability ofDraw(Candidates candidates, int likeliest) {
    int[] ranked = new int[Math.min(likeliest, candidates.count())];
    int count = rank(candidates, ranked);
    double[] logProbabilities = new double[count];
    for (int i = 0; i < candidates.count(); i++) {
      for (int rank = 0; rank < count; rank++) {
        if (candidates.id(i) == ranked[rank]) {
          logProbabilities[rank] = Math.log(candidates.probability(i));
        }
      }
    }
    List<TokenProbability.Rival> rivals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rivals.add(new TokenProbability.Rival(ranked[i], logProbabilities[i]));
    }
    return new TokenProbability(
        candidates.id(candidates.drawn()), Math.log(candidates.drawnProbability()), rivals);
  }

  /// Fills `ranked` with the most likely candidates, the most likely first; returns how many.
  static int rank(Candidates candidates, int[] ranked) {
    float[] logits = candidates.logits();
    int count = 0;
    for (int i = 0; i < candidates.count(); i++) {
      count = insert(logits, candidates.id(i), ranked, count);
    }
    return count;
  }

  private static int insert(float[] logits, int id, int[] ranked, int count) {
    boolean full = count == ranked.length;
    if (full && (count == 0 || !isLikelier(logits, id, ranked[count - 1]))) {
      return count;
    }
    int at = full ? count - 1 : count;
    while (at > 0 && isLikelier(logits, id, ranked[at - 1])) {
      ranked[at] = ranked[at - 1];
      at--;
    }
    ranked[at] = id;
    return full ? count : count + 1;
  }

  private static boolean isLikelier(float[] logits, int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }
}
