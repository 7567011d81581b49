package puna.sample.chain;

import java.util.Arrays;
import puna.sample.SamplerStep;

/// Makes recent tokens less likely: repetition penalty (Keskar et al., CTRL, 2019, §4.1), presence
/// and frequency penalty (OpenAI's definition), over a window of recent tokens whose counts are
/// kept as they come and go.
final class RecentTokenPenalties implements LogitsStep {
  /// Longer windows forget nothing: no context is as long.
  private static final int LONGEST_WINDOW = 1 << 22;

  private final float repeat;
  private final float presence;
  private final float frequency;
  private final int[] counts; // by token
  private final int[] places; // by token: where it stands in `distinct`
  private int[] distinct = new int[64]; // tokens with a count, in any order
  private int distinctCount;
  private final int[] window; // ring of recent tokens; empty where none is ever forgotten
  private int seen;

  RecentTokenPenalties(SamplerStep.Penalties penalties, int vocabulary) {
    repeat = penalties.repeat();
    presence = penalties.presence();
    frequency = penalties.frequency();
    counts = new int[vocabulary];
    places = new int[vocabulary];
    int length = Math.max(0, penalties.lastTokens());
    window = new int[length > LONGEST_WINDOW ? 0 : length];
  }

  @Override
  public void accept(int token) {
    if (window.length > 0) {
      int slot = seen % window.length;
      if (seen >= window.length) {
        forget(window[slot]);
      }
      window[slot] = token;
      // stays beyond the length without ever overflowing
      seen = seen == 2 * (long) window.length - 1 ? window.length : seen + 1;
    }
    if (counts[token]++ == 0) {
      if (distinctCount == distinct.length) {
        distinct = Arrays.copyOf(distinct, 2 * distinctCount);
      }
      places[token] = distinctCount;
      distinct[distinctCount++] = token;
    }
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.logits();
    for (int i = 0; i < distinctCount; i++) {
      int token = distinct[i];
      float logit = logits[token];
      logit = logit > 0 ? logit / repeat : logit * repeat;
      logits[token] = logit - presence - counts[token] * frequency;
    }
    candidates.edited();
  }

  private void forget(int token) {
    if (--counts[token] == 0) {
      int moved = distinct[--distinctCount];
      distinct[places[token]] = moved;
      places[moved] = places[token];
    }
  }
}
