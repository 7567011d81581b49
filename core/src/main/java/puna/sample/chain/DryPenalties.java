package puna.sample.chain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.sample.SamplerStep;

/// Don't Repeat Yourself (p-e-w, text-generation-webui, 2024; here as in llama.cpp): a token that
/// would go on with a repeated sequence becomes the less likely, the longer the sequence.
///
/// How much of the end of the text stands at each earlier place is the Z function of the text read
/// backwards (Gusfield, "Algorithms on Strings, Trees, and Sequences", 1997, §1.4): one pass. A
/// sequence never reaches back across a breaker. Breakers are found in the bytes of the text, so
/// that it does not matter how they are cut into tokens.
final class DryPenalties implements LogitsStep {
  /// `base^exponent` stays a float.
  private static final double LARGEST_LOGARITHM = 88.7;

  private final SamplerStep.Dry options;
  private final SamplerVocabulary vocabulary;
  private final DryBreakers breakers;
  private final byte[] @Nullable [] texts; // by token, once asked for: fetching them may allocate
  private final int[] longest; // by token: the sequence that it would go on with
  private int[] touched = new int[64]; // tokens with a length in `longest`
  private int touchedCount;
  private int[] history = new int[256];
  private int size;
  private int[] repeats = new int[256]; // by distance from the end: the Z function
  private int sinceBreaker;

  DryPenalties(SamplerStep.Dry options, SamplerVocabulary vocabulary) {
    this.options = options;
    this.vocabulary = vocabulary;
    breakers = new DryBreakers(options.breakers());
    texts = new byte[vocabulary.size()][];
    longest = new int[vocabulary.size()];
  }

  @Override
  public void accept(int token) {
    if (size == history.length) {
      history = Arrays.copyOf(history, 2 * size);
      repeats = new int[2 * size];
    }
    history[size++] = token;
    sinceBreaker = breakers.complete(text(token)) ? 0 : sinceBreaker + 1;
  }

  @Override
  public void apply(Candidates candidates) {
    int window = options.lastTokens() < 0 ? size : Math.min(size, options.lastTokens());
    int limit = Math.min(window, sinceBreaker);
    if (window <= options.allowedLength() || limit < options.allowedLength()) {
      return;
    }
    measureRepeats(window);
    for (int distance = 1; distance < window; distance++) {
      int length = Math.min(repeats[distance], limit);
      if (length >= options.allowedLength()) {
        note(token(distance - 1), length);
      }
    }
    penalize(candidates);
  }

  /// A token of the text from its end: 0 is the last.
  private int token(int distance) {
    return history[size - 1 - distance];
  }

  /// `repeats[d]`: how many tokens before and at distance d equal those at the end.
  private void measureRepeats(int window) {
    int left = 0;
    int right = 0; // of the match that reaches farthest back, exclusive
    for (int d = 1; d < window; d++) {
      int length = d < right ? Math.min(right - d, repeats[d - left]) : 0;
      while (d + length < window && token(length) == token(d + length)) {
        length++;
      }
      repeats[d] = length;
      if (d + length > right) {
        left = d;
        right = d + length;
      }
    }
  }

  private void note(int token, int length) {
    // a length of 0 counts where sequences of any length are penalized
    if (longest[token] == 0) {
      if (touchedCount == touched.length) {
        touched = Arrays.copyOf(touched, 2 * touchedCount);
      }
      touched[touchedCount++] = token;
    }
    longest[token] = Math.max(longest[token], length + 1);
  }

  private void penalize(Candidates candidates) {
    float[] logits = candidates.logits();
    double most = options.base() > 1 ? LARGEST_LOGARITHM / Math.log(options.base()) : 0;
    for (int i = 0; i < touchedCount; i++) {
      int token = touched[i];
      int length = longest[token] - 1;
      longest[token] = 0;
      if (!breakers.isIn(text(token))) {
        double exponent = Math.min(length - options.allowedLength(), most);
        double penalty = options.multiplier() * Math.pow(options.base(), exponent);
        logits[token] = (float) Math.max(logits[token] - penalty, lowest(logits[token]));
      }
    }
    touchedCount = 0;
    candidates.edited();
  }

  /// A penalty beyond all floats bans no token: it stays the last choice.
  private static float lowest(float logit) {
    return Math.min(logit, -Float.MAX_VALUE);
  }

  private byte[] text(int token) {
    byte[] text = texts[token];
    if (text == null) {
      text = vocabulary.bytes().apply(token);
      texts[token] = text;
    }
    return text;
  }
}
