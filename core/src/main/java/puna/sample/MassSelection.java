package puna.sample;

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
      int crossing = sum(limit);
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

  private int bucket(int index) {
    return Math.min(
        BUCKETS - 1, (int) ((distance(index) - nearest) * (BUCKETS / (farthest - nearest))));
  }

  private void measure() {
    nearest = Double.MAX_VALUE;
    farthest = 0;
    for (int i = from; i < end; i++) {
      double distance = distance(i);
      nearest = Math.min(nearest, distance);
      farthest = Math.max(farthest, distance);
    }
  }

  /// The bucket in which the sum of weights exceeds the limit; `mass` is what comes before it.
  private int sum(double limit) {
    Arrays.fill(sums, 0);
    for (int i = from; i < end; i++) {
      sums[bucket(i)] += weights[i];
    }
    int crossing = 0;
    while (crossing < BUCKETS && mass + sums[crossing] <= limit) {
      mass += sums[crossing++];
    }
    return crossing;
  }

  /// Keeps what is in nearer buckets, drops what is in farther ones.
  private void narrow(int crossing) {
    int left = from;
    for (int i = from; i < end; i++) {
      int bucket = bucket(i);
      if (bucket <= crossing) {
        int id = ids[i];
        float weight = weights[i];
        ids[i] = ids[left];
        weights[i] = weights[left];
        if (bucket < crossing) {
          ids[left] = ids[from];
          weights[left] = weights[from];
          ids[from] = id;
          weights[from++] = weight;
        } else {
          ids[left] = id;
          weights[left] = weight;
        }
        left++;
      }
    }
    end = left;
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
