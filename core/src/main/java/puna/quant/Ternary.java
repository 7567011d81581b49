package puna.quant;

/// The trits 0, 1, 2 that stand for −d, 0 and d.
final class Ternary {
  private Ternary() {}

  /// The trits of 256 values whose largest magnitude is `scale`.
  static int[] trits(float[] values, int at, float scale) {
    float inverse = Rounding.inverse(scale);
    int[] trits = new int[256];
    for (int i = 0; i < 256; i++) {
      trits[i] = Rounding.awayFromZero(values[at + i] * inverse) + 1;
    }
    return trits;
  }
}
