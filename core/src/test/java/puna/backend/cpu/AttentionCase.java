package puna.backend.cpu;

import puna.backend.KvType;
import puna.backend.Visibility;

/// A case of attention, and what it comes to in double precision by its definition.
///
/// @param type of keys
/// @param values their type
/// @param first the run's first position; the task leaves out the run's first and last token
record AttentionCase(
    KvType type,
    KvType values,
    int headSize,
    int group,
    int count,
    int first,
    Visibility visibility) {

  /// Keys and values in one format.
  AttentionCase(KvType type, int headSize, int group, int count, int first, Visibility visibility) {
    this(type, type, headSize, group, count, first, visibility);
  }

  /// What one head of the token at `position` gets.
  ///
  /// @param query of that head
  double[] expected(float[] query, int position, KvSlab keys, KvSlab values, int[] blocks) {
    int from = firstVisible(position);
    int last = lastVisible(position);
    double[] weights = new double[last + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int p = from; p <= last; p++) {
      for (int d = 0; d < headSize; d++) {
        weights[p] += (double) query[d] * CachedFloats.cached(keys, blocks, p, d);
      }
      weights[p] /= Math.sqrt(headSize);
      largest = Math.max(largest, weights[p]);
    }
    double sum = 0;
    double[] out = new double[headSize];
    for (int p = from; p <= last; p++) {
      double weight = Math.exp(weights[p] - largest);
      sum += weight;
      for (int d = 0; d < headSize; d++) {
        out[d] += weight * CachedFloats.cached(values, blocks, p, d);
      }
    }
    for (int d = 0; d < headSize; d++) {
      out[d] /= sum;
    }
    return out;
  }

  private int firstVisible(int position) {
    return switch (visibility) {
      case Visibility.Causal(), Visibility.Full() -> 0;
      case Visibility.Sliding(int window) -> Math.max(0, position - (window - 1));
      case Visibility.Chunked(int chunk) -> position / chunk * chunk;
    };
  }

  private int lastVisible(int position) {
    return visibility.equals(new Visibility.Full()) ? first + count + 1 : position;
  }
}
