package puna.quant;

import java.util.Arrays;

/// Searches for the scale and minimum of least weighted error of one group of values: `value ≈
/// scale · number − minimum`, the minimum never negative.
///
/// Source: ggml's `make_qkx2_quants`. All sums are sequential float32.
final class AffineSearch {
  private final Plan plan;
  private final float[] values;
  private final float[] weights;
  private final int[] candidate;
  private final int[] chosen;

  AffineSearch(Plan plan) {
    this.plan = plan;
    values = new float[plan.group];
    weights = new float[plan.group];
    candidate = new int[plan.group];
    chosen = new int[plan.group];
  }

  /// How one type searches.
  ///
  /// @param group values a group
  /// @param most the largest number
  /// @param first where the search begins: steps added to `most`
  /// @param step by which it goes on
  /// @param steps how often
  /// @param loss what is minimized
  record Plan(int group, int most, float first, float step, int steps, Loss loss) {}

  /// What makes an error.
  enum Loss {
    /// Distances, weighted by the value's own magnitude.
    ABSOLUTE,
    /// Squares, weighted by the value's magnitude and the root mean square of its group.
    SQUARED
  }

  /// What was found: `value ≈ scale · number − minimum`.
  record Fit(float scale, float minimum) {}

  /// @param numbers receives the group's numbers from `numbersAt` on
  Fit search(float[] source, int at, int[] numbers, int numbersAt) {
    System.arraycopy(source, at, values, 0, plan.group);
    weigh();
    float least = Math.min(0, Rounding.least(values, 0, plan.group));
    float most = Rounding.most(values, 0, plan.group);
    if (least == most) {
      Arrays.fill(numbers, numbersAt, numbersAt + plan.group, 0);
      return new Fit(0, -least);
    }
    Fit fit = best(least, most);
    System.arraycopy(chosen, 0, numbers, numbersAt, plan.group);
    return fit;
  }

  private void weigh() {
    float sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    float bias =
        switch (plan.loss) {
          case ABSOLUTE -> 0;
          case SQUARED -> (float) Math.sqrt(sum / plan.group);
        };
    for (int i = 0; i < plan.group; i++) {
      weights[i] = bias + Math.abs(values[i]);
    }
  }

  private Fit best(float least, float most) {
    float origin = least;
    float inverse = plan.most / (most - origin);
    float scale = 1 / inverse;
    quantize(inverse, origin);
    System.arraycopy(candidate, 0, chosen, 0, plan.group);
    float best = error(scale, origin);
    Sums sums = new Sums();
    sums.addValues(values, weights);
    for (int s = 0; s <= plan.steps; s++) {
      // An accepted origin is where the next candidates start from.
      quantize((plan.first + plan.step * s + plan.most) / (most - origin), origin);
      sums.addNumbers(values, weights, candidate);
      if (!sums.solve()) {
        continue;
      }
      float error = error(sums.scale, sums.origin);
      if (error < best) {
        best = error;
        scale = sums.scale;
        origin = sums.origin;
        System.arraycopy(candidate, 0, chosen, 0, plan.group);
      }
    }
    return new Fit(scale, -origin);
  }

  private void quantize(float inverse, float origin) {
    for (int i = 0; i < plan.group; i++) {
      candidate[i] = Rounding.nearest(inverse * (values[i] - origin), 0, plan.most);
    }
  }

  private float error(float scale, float origin) {
    float error = 0;
    for (int i = 0; i < plan.group; i++) {
      float difference = scale * candidate[i] + origin - values[i];
      float loss =
          switch (plan.loss) {
            case ABSOLUTE -> Math.abs(difference);
            case SQUARED -> difference * difference;
          };
      error += weights[i] * loss;
    }
    return error;
  }

  /// The normal equations of weighted least squares over (number, 1).
  private static final class Sums {
    private float weight;
    private float value;
    private float number;
    private float numberSquared;
    private float numberTimesValue;
    private float scale;
    private float origin;

    void addValues(float[] values, float[] weights) {
      for (int i = 0; i < values.length; i++) {
        weight += weights[i];
        value += weights[i] * values[i];
      }
    }

    void addNumbers(float[] values, float[] weights, int[] numbers) {
      number = 0;
      numberSquared = 0;
      numberTimesValue = 0;
      for (int i = 0; i < values.length; i++) {
        float weighted = weights[i] * numbers[i];
        number += weighted;
        numberSquared += weighted * numbers[i];
        numberTimesValue += weighted * values[i];
      }
    }

    /// Whether the equations have a solution: then `scale` and `origin`, which is not above 0.
    boolean solve() {
      float determinant = weight * numberSquared - number * number;
      if (!(determinant > 0)) {
        return false;
      }
      scale = (weight * numberTimesValue - value * number) / determinant;
      origin = (numberSquared * value - number * numberTimesValue) / determinant;
      if (origin > 0) {
        origin = 0;
        scale = numberTimesValue / numberSquared;
      }
      return true;
    }
  }
}
