package puna;

import java.util.Comparator;
import java.util.stream.IntStream;

/// How far logits are from a reference's.
public final class Logits {
  private static final int LIKELIEST = 10;

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

  /// The largest difference, among the ten likeliest tokens of the reference, between how far two
  /// logits are from each other here and there: a choice between them that is clearer than that is
  /// the same.
  static double largestChangeOfADistance(float[] found, float[] reference) {
    int[] likeliest =
        IntStream.range(0, reference.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -reference[token]))
            .limit(LIKELIEST)
            .mapToInt(token -> token)
            .toArray();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int token : likeliest) {
      double change = (double) found[token] - reference[token];
      least = Math.min(least, change);
      most = Math.max(most, change);
    }
    return most - least;
  }
}
