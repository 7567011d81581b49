package puna;

/// How far logits are from a reference's.
public final class Logits {
  private Logits() {}

  /// `‖found − reference‖ / ‖reference‖`.
  public static double relativeL2(float[] found, float[] reference) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < reference.length; i++) {
      error += Math.pow(found[i] - reference[i], 2);
      norm += Math.pow(reference[i], 2);
    }
    return Math.sqrt(error / norm);
  }
}
