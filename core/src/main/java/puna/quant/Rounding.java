package puna.quant;

/// The roundings and extremes that reference encoders share.
final class Rounding {
  private Rounding() {}

  /// To the nearest integer, ties to even, within `least` and `most`.
  static int nearest(float value, int least, int most) {
    return Math.clamp((long) Math.rint(value), least, most);
  }

  /// To the nearest integer, ties away from zero.
  static int awayFromZero(float value) {
    return (int) (value + Math.copySign(0.5, value));
  }

  /// `1 / value`, and 0 for 0.
  static float inverse(float value) {
    return value == 0 ? 0 : 1 / value;
  }

  /// The value of largest magnitude with its sign: the first of equals.
  static float signedPeak(float[] values, int at, int count) {
    float peak = 0;
    float magnitude = 0;
    for (int i = at; i < at + count; i++) {
      if (Math.abs(values[i]) > magnitude) {
        magnitude = Math.abs(values[i]);
        peak = values[i];
      }
    }
    return peak;
  }

  /// The largest magnitude.
  static float peak(float[] values, int at, int count) {
    return Math.abs(signedPeak(values, at, count));
  }

  static float least(float[] values, int at, int count) {
    float least = values[at];
    for (int i = at + 1; i < at + count; i++) {
      least = values[i] < least ? values[i] : least;
    }
    return least;
  }

  static float most(float[] values, int at, int count) {
    float most = values[at];
    for (int i = at + 1; i < at + count; i++) {
      most = values[i] > most ? values[i] : most;
    }
    return most;
  }
}
