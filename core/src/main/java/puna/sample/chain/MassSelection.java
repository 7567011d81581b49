package puna.sample.chain;

import java.util.Arrays;

/// Finds the candidates nearest to a point that together have a given weight, without sorting them
/// all: their weights are summed by distance in buckets, the bucket in which the sum is reached is
/// divided again, and only what is left of it is sorted.
final class MassSelection {
  private static final int BUCKETS = 2048;
  private static final int FEW = 48;

  private final float[] logits; // by token
  private final int[] ids; // by candidate
  private final float[] weights; // by candidate
  private final short[] buckets; // by candidate
  private final int[] crossingIds; // those of the bucket that is divided again
  private final float[] crossingWeights;
  private final double[] sums = new double[BUCKETS];
  private float top;
  private double center;
  private int from; // candidates before it are kept
  private int end; // candidates from here on are dropped
  private double mass; // of those kept
  private double nearest; // distances of those between
  private double farthest;

  MassSelection(float[] logits, int[] ids, float[] weights) {
    this.logits = logits;
    this.ids = ids;
    this.weights = weights;
    buckets = new short[ids.length];
    crossingIds = new int[ids.length];
    crossingWeights = new float[ids.length];
  }

  /// Brings those of the first `count` candidates to the front that are nearest by `|top − logit −
  /// center|`, lower ids first on ties, until their weights exceed `limit`.
  ///
  /// @return how many there are; `count` when all do not exceed it
  int nearest(int count, float top, double center, double limit) {
    this.top = top;
    this.center = center;
    from = 0;
    end = count;
    mass = 0;
    measure();
    while (end - from > FEW && farthest > nearest) {
      fillBuckets();
      int crossing = crossing(limit);
      if (crossing == BUCKETS) {
        return end;
      }
      narrow(crossing);
      measure();
    }
    sort();
    while (from < end && mass <= limit) {
      mass += weights[from++];
    }
    return from;
  }

  private double distance(int index) {
    return Math.abs((double) top - logits[ids[index]] - center);
  }

  private void measure() {
    nearest = Double.MAX_VALUE;
    farthest = 0;
    for (int i = from; i < end; i++) {
      double distance = distance(i);
      nearest = distance < nearest ? distance : nearest;
      farthest = distance > farthest ? distance : farthest;
    }
  }

  private void fillBuckets() {
    Arrays.fill(sums, 0);
    double scale = BUCKETS / (farthest - nearest);
    double least = nearest;
    for (int i = from; i < end; i++) {
      int bucket = Math.min(BUCKETS - 1, (int) ((distance(i) - least) * scale));
      buckets[i] = (short) bucket;
      sums[bucket] += weights[i];
    }
  }

  /// The bucket in which the sum of weights exceeds the limit; `mass` is what comes before it.
  private int crossing(double limit) {
    int crossing = 0;
    while (crossing < BUCKETS && mass + sums[crossing] <= limit) {
      mass += sums[crossing++];
    }
    return crossing;
  }

  /// Keeps what is in nearer buckets, then what is in the crossing one; drops the rest.
  private void narrow(int crossing) {
    int kept = from;
    int apart = 0;
    for (int i = from; i < end; i++) {
      int bucket = buckets[i];
      int id = ids[i];
      float weight = weights[i];
      if (bucket == crossing) {
        crossingIds[apart] = id;
        crossingWeights[apart++] = weight;
      }
      ids[kept] = id;
      weights[kept] = weight;
      kept += bucket < crossing ? 1 : 0;
    }
    System.arraycopy(crossingIds, 0, ids, kept, apart);
    System.arraycopy(crossingWeights, 0, weights, kept, apart);
    from = kept;
    end = kept + apart;
  }

  private void sort() {
    if (end - from > FEW) {
      // all equally far, so that their weights are equal too
      Arrays.sort(ids, from, end);
      return;
    }
    for (int i = from + 1; i < end; i++) {
      int id = ids[i];
      float weight = weights[i];
      double distance = distance(i);
      int at = i;
      while (at > from && isNearer(distance, id, at - 1)) {
        ids[at] = ids[at - 1];
        weights[at] = weights[at - 1];
        at--;
      }
      ids[at] = id;
      weights[at] = weight;
    }
  }

  private boolean isNearer(double distance, int id, int other) {
    double otherDistance = distance(other);
    return distance < otherDistance || (distance == otherDistance && id < ids[other]);
  }
}
