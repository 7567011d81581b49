package puna.engine;

import java.util.List;
import puna.TestSeed;
import puna.sample.SamplingOptions;
import puna.token.TextDecoder;

/// Requests to the fake decoder.
final class Requests {
  private Requests() {}

  static Request greedy(int[] prompt, int maxTokens) {
    return new Request(
        prompt,
        maxTokens,
        SamplingOptions.greedy(),
        new Request.Stops(List.of(), id -> false),
        new Letters());
  }

  static int[] prompt(long seed, int length) {
    return TestSeed.random(seed).ints(length, 1, 60).toArray();
  }

  /// The text of tokens: one character each.
  static String text(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(letter(token));
    }
    return text.toString();
  }

  private static char letter(int token) {
    return (char) ('0' + token);
  }

  private static final class Letters implements TextDecoder {
    @Override
    public String append(int id) {
      return String.valueOf(letter(id));
    }

    @Override
    public boolean isHolding() {
      return false;
    }

    @Override
    public String finish() {
      return "";
    }
  }
}
