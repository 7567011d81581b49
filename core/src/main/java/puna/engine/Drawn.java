package puna.engine;

import java.util.Arrays;
import java.util.Optional;
import puna.sample.TokenProbability;

/// The tokens that one answer drew in a step, before anybody hears of them. Filled anew for each
/// step, so that drawing allocates nothing.
final class Drawn {
  private int[] tokens = new int[1];
  private Optional<TokenProbability>[] probabilities = none(1);
  private int size;

  void clear() {
    size = 0;
  }

  void add(int token, Optional<TokenProbability> probability) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
      probabilities = Arrays.copyOf(probabilities, 2 * size);
    }
    tokens[size] = token;
    probabilities[size++] = probability;
  }

  int size() {
    return size;
  }

  int token(int index) {
    return tokens[index];
  }

  Optional<TokenProbability> probability(int index) {
    return probabilities[index];
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of a generic type
  private static Optional<TokenProbability>[] none(int size) {
    return new Optional[size];
  }
}
