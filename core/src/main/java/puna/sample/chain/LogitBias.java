package puna.sample.chain;

import java.util.Map;

/// Adds to the logits of some tokens.
final class LogitBias implements LogitsStep {
  private final int[] tokens;
  private final float[] biases;

  LogitBias(Map<Integer, Float> biasByToken) {
    tokens = biasByToken.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      biases[i] = biasByToken.getOrDefault(tokens[i], 0f);
    }
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.logits();
    for (int i = 0; i < tokens.length; i++) {
      logits[tokens[i]] += biases[i];
    }
    candidates.edited();
  }
}
