package puna.sample.chain;

/// `e^x` for x ≤ 0 by table and polynomial, relative error below 1e-9: a softmax over 128,256
/// logits would otherwise spend most of its time in `Math.exp`.
///
/// `e^x = 2^(n/64) · e^f` with n = ⌊x·64/ln 2⌋ rounded towards zero, so −ln 2/64 < f ≤ 0 and four
/// terms of the series are enough.
final class Exponential {
  private static final int STEPS = 64;
  private static final int STEP_BITS = 6;
  private static final double PER_STEP = Math.log(2) / STEPS;
  private static final double STEPS_PER_UNIT = STEPS / Math.log(2);
  private static final double LEAST = -700;
  private static final double LEAST_REPLACED = -80;
  private static final double[] POWERS = powers();

  private Exponential() {}

  /// Replaces the first `count` values x by `e^(x − top)` with a relative error below 1e-7; none of
  /// x may be above `top`. What is 80 or further below gets `e^−80`.
  ///
  /// `e^y = (e^(y/256))^256`: additions and multiplications alone, which the compiler turns into
  /// vector instructions.
  static void replace(float[] values, int count, float top) {
    for (int i = 0; i < count; i++) {
      double y = Math.max((double) values[i] - top, LEAST_REPLACED) * (1.0 / 256);
      double series = y * (1.0 / 40320) + 1.0 / 5040;
      series = series * y + 1.0 / 720;
      series = series * y + 1.0 / 120;
      series = series * y + 1.0 / 24;
      series = series * y + 1.0 / 6;
      series = series * y + 1.0 / 2;
      series = series * y + 1;
      double e = series * y + 1;
      double e4 = (e * e) * (e * e);
      double e16 = (e4 * e4) * (e4 * e4);
      double e64 = (e16 * e16) * (e16 * e16);
      values[i] = (float) ((e64 * e64) * (e64 * e64));
    }
  }

  /// @param x 0 or less; below −700 the result is 0
  static double of(double x) {
    if (x < LEAST) {
      return 0;
    }
    int n = (int) (x * STEPS_PER_UNIT);
    double f = x - n * PER_STEP;
    double series = 1 + f * (1 + f * (0.5 + f * (1.0 / 6)));
    double power = Double.longBitsToDouble((long) ((n >> STEP_BITS) + 1023) << 52);
    return series * POWERS[n & (STEPS - 1)] * power;
  }

  private static double[] powers() {
    double[] powers = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      powers[i] = Math.exp(i * PER_STEP);
    }
    return powers;
  }
}
