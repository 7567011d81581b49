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

  /// The largest difference between how far two logits are from each other here and there: greedy
  /// choices that are clearer than that are the same.
  static double largestChangeOfADistance(float[] found, float[] expected) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < expected.length; i++) {
      double change = (double) found[i] - expected[i];
      least = Math.min(least, change);
      most = Math.max(most, change);
    }
    return most - least;
  }
}
