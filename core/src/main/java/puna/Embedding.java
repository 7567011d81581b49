package puna;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A text as a vector: texts that mean the like have vectors of a small angle. Immutable.
public final class Embedding {
  private final float[] values;
  private final int tokens;

  Embedding(float[] values, int tokens) {
    this.values = values;
    this.tokens = tokens;
  }

  /// The vector's numbers, a copy.
  public float[] values() {
    return values.clone();
  }

  /// How many numbers the vector has.
  public int dimensions() {
    return values.length;
  }

  /// One of the numbers.
  public float value(int dimension) {
    return values[dimension];
  }

  /// Tokens of the text that count, BOS and EOS included where the model's file asks for them.
  public int tokens() {
    return tokens;
  }

  /// The cosine of the angle to another vector, from −1 to 1; 0 where one of them is all zeros.
  ///
  /// @throws IllegalArgumentException when the other has not as many dimensions
  public double cosine(Embedding other) {
    if (other.values.length != values.length) {
      throw new IllegalArgumentException(
          "both vectors must have the same dimensions, found %s and %s"
              .formatted(values.length, other.values.length));
    }
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < values.length; i++) {
      product += (double) values[i] * other.values[i];
      squares += (double) values[i] * values[i];
      otherSquares += (double) other.values[i] * other.values[i];
    }
    double lengths = Math.sqrt(squares * otherSquares);
    return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Embedding embedding
        && tokens == embedding.tokens
        && Arrays.equals(values, embedding.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + tokens;
  }

  @Override
  public String toString() {
    return "Embedding[dimensions=%s, tokens=%s]".formatted(values.length, tokens);
  }
}
