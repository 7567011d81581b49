package puna.bench;

import java.util.Arrays;
import java.util.Locale;

/// Numbers of one kind, and where most of them lie. Safe for all threads.
final class Percentiles {
  private double[] values = new double[1024];
  private int size;

  synchronized void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  synchronized double at(double percent) {
    if (size == 0) {
      return Double.NaN;
    }
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted[Math.min(size - 1, (int) (percent / 100 * size))];
  }

  /// The median, the 99th percentile, and the largest.
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%9.1f %9.1f %9.1f", at(50), at(99), at(100));
  }
}
