package puna.quant;

/// The sixteen values of the 4-bit float E2M1, doubled so that they are integers.
final class FourBitFloats {
  private static final byte[] DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private FourBitFloats() {}

  static int doubled(int index) {
    return DOUBLED[index];
  }

  /// The first index whose value times `scale` is nearest to `value`.
  static int nearest(float value, float scale) {
    int nearest = 0;
    float least = Math.abs(DOUBLED[0] * scale - value);
    for (int index = 1; index < DOUBLED.length; index++) {
      float distance = Math.abs(DOUBLED[index] * scale - value);
      if (distance < least) {
        least = distance;
        nearest = index;
      }
    }
    return nearest;
  }
}
