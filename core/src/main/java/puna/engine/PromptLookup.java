package puna.engine;

/// Guesses the next tokens of a sequence from itself: what followed its last few tokens when they
/// came before. The longest such ending counts, and of several the latest (Saxena, "Prompt Lookup
/// Decoding", 2023).
final class PromptLookup {
  private static final int LEAST_MATCH = 2;
  private static final int MOST_MATCH = 8;

  private PromptLookup() {}

  /// @param guesses receives up to `most` tokens
  /// @return how many
  static int guess(Sequence sequence, int[] guesses, int most) {
    int size = sequence.size();
    int bestLength = LEAST_MATCH - 1;
    int bestEnd = -1; // the position behind the earlier ending
    for (int end = size - 1; end > bestLength && bestLength < MOST_MATCH; end--) {
      int length = matching(sequence, end, size);
      if (length > bestLength) {
        bestLength = length;
        bestEnd = end;
      }
    }
    if (bestEnd < 0) {
      return 0;
    }
    // what follows may run into the guesses themselves, where the text repeats itself
    for (int i = 0; i < most; i++) {
      int position = bestEnd + i;
      guesses[i] = position < size ? sequence.token(position) : guesses[position - size];
    }
    return most;
  }

  /// How many of the last tokens are those before `end` too.
  private static int matching(Sequence sequence, int end, int size) {
    int length = 0;
    while (length < MOST_MATCH
        && length < end
        && sequence.token(end - 1 - length) == sequence.token(size - 1 - length)) {
      length++;
    }
    return length;
  }
}
