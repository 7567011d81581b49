package puna.quant;

/// The sixteen uneven levels of IQ4_NL and IQ4_XS, and the search for a block's scale.
///
/// Source: ggml's `kvalues_iq4nl`.
final class UnevenLevels {
  private static final byte[] LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final float NOTHING = 1e-15f;

  private UnevenLevels() {}

  static int level(int index) {
    return LEVELS[index];
  }

  /// The index of the level nearest to `value`; the upper one of two equally near.
  static int nearest(float value) {
    if (value <= LEVELS[0]) {
      return 0;
    }
    for (int upper = 1; upper < LEVELS.length; upper++) {
      if (value < LEVELS[upper]) {
        return value - LEVELS[upper - 1] < LEVELS[upper] - value ? upper - 1 : upper;
      }
    }
    return LEVELS.length - 1;
  }

  /// The indices of the levels nearest to 32 values times `inverse`.
  static int[] nearest(float[] values, int at, float inverse) {
    int[] indices = new int[32];
    for (int i = 0; i < 32; i++) {
      indices[i] = nearest(values[at + i] * inverse);
    }
    return indices;
  }

  /// What the largest of 32 values divides by to become the lowest level, or the highest where its
  /// sign asks: the scale that a search starts from.
  static float firstScale(float[] values, int at, int tries) {
    float peak = Rounding.signedPeak(values, at, 32);
    if (Math.abs(peak) < NOTHING) {
      return 0;
    }
    return tries > 0 ? -peak / LEVELS[0] : peak / LEVELS[0];
  }

  /// The scale of least squared error, weighted by the squares of the 32 values, among the first
  /// scale and `2 · tries + 1` scales near it; none are tried where `tries` is negative.
  static float bestScale(float[] values, int at, int tries) {
    float first = firstScale(values, at, tries);
    if (first == 0) {
      return 0;
    }
    Fit fit = Fit.of(values, at, 1 / first);
    float scale = fit.product / fit.square;
    float best = scale * fit.product;
    float peak = Rounding.signedPeak(values, at, 32);
    for (int step = -tries; step <= tries; step++) {
      fit = Fit.of(values, at, (step + LEVELS[0]) / peak);
      if (fit.square > 0 && fit.product * fit.product > best * fit.square) {
        scale = fit.product / fit.square;
        best = scale * fit.product;
      }
    }
    return scale;
  }

  /// The weighted sums of level · value and level · level.
  private record Fit(float product, float square) {
    static Fit of(float[] values, int at, float inverse) {
      float product = 0;
      float square = 0;
      for (int i = at; i < at + 32; i++) {
        float level = LEVELS[nearest(values[i] * inverse)];
        float weighted = values[i] * values[i] * level;
        product += weighted * values[i];
        square += weighted * level;
      }
      return new Fit(product, square);
    }
  }
}
