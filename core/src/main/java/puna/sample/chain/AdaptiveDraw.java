package puna.sample.chain;

import java.util.Arrays;
import puna.sample.SamplerStep;

/// Prefers tokens whose probability is near a target that moves against the average of the
/// probabilities drawn so far: llama.cpp's adaptive-p, whose constants these are.
final class AdaptiveDraw implements Draw {
  private static final double WIDTH = 0.3;
  private static final double PEAK = 5;
  private static final double SHARPNESS = 10;

  private final double target;
  private final double decay;
  private double weightedSum;
  private double totalWeight;
  private double[] probabilities = new double[64]; // by candidate

  AdaptiveDraw(SamplerStep.AdaptiveP options) {
    target = options.target();
    decay = options.decay();
    weightedSum = target / (1 - decay);
    totalWeight = 1 / (1 - decay);
  }

  @Override
  public int draw(Candidates candidates, RandomDraws random) {
    double total = candidates.weigh();
    int count = candidates.count();
    if (probabilities.length < count) {
      probabilities = Arrays.copyOf(probabilities, Math.max(count, 2 * probabilities.length));
    }
    double adapted = Math.clamp(2 * target - weightedSum / totalWeight, 0, 1);
    for (int i = 0; i < count; i++) {
      double probability = candidates.weight(i) / total;
      probabilities[i] = probability;
      double distance = Math.abs(probability - adapted) / WIDTH;
      double logit = PEAK - SHARPNESS * distance * distance / (1 + distance);
      candidates.setLogit(i, (float) logit);
    }
    candidates.edited();
    int token = candidates.draw(random.next());
    weightedSum = probabilities[candidates.drawn()] + decay * weightedSum;
    totalWeight = 1 + decay * totalWeight;
    return token;
  }
}
