package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// The steps that draw: what they aim at they reach, and their first draws are as worked out by
/// hand.
class DrawTest {
  private static final int VOCABULARY = 2000;

  @Test
  void mirostatKeepsTheSurpriseNearItsTarget() {
    for (int version = 1; version <= 2; version++) {
      for (float tau : new float[] {2, 4}) {
        SamplerStep.Mirostat mirostat = new SamplerStep.Mirostat(version, tau, 0.1f);
        Sampler sampler =
            new Sampler(
                SamplingOptions.greedy().withTemperature(1).with(mirostat).withSeed(3), VOCABULARY);
        double bits = 0;
        int draws = 3000;
        for (int i = 0; i < draws; i++) {
          Candidates candidates = zipf(i);
          sampler.next(candidates);
          bits -= Math.log(candidates.drawnProbability()) / Math.log(2);
        }
        assertThat(bits / draws).as("%s", mirostat).isCloseTo(tau, within(0.1));
      }
    }
  }

  @Test
  void mirostat2LeavesOutWhatIsTooSurprising() {
    // μ begins at 2·τ = 2.02 bits: a token of 1/8 has 3 bits, one of 1/4 has 2
    Candidates candidates = candidates(0.5, 0.25, 0.125, 0.125);
    sampler(new SamplerStep.Mirostat(2, 1.01f, 0.1f), 4).next(candidates);
    assertThat(candidates.count()).isEqualTo(2);
  }

  @Test
  void mirostat2ReplaysItsDefinition() {
    SamplerStep.Mirostat options = new SamplerStep.Mirostat(2, 3, 0.2f);
    Sampler sampler = sampler(options, VOCABULARY);
    double most = 6;
    for (int i = 0; i < 200; i++) {
      Candidates candidates = zipf(i);
      double limit = most;
      long expected =
          SamplerReference.of(candidates.logits().clone()).stream()
              .filter(entry -> -Math.log(entry.probability()) / Math.log(2) <= limit)
              .count();
      sampler.next(candidates);
      assertThat(candidates.count()).isEqualTo((int) Math.max(1, expected));
      most -= 0.2f * (-Math.log(candidates.drawnProbability()) / Math.log(2) - 3);
    }
  }

  @Test
  void mirostatTakesTheOnlyTokenThereIs() {
    for (int version = 1; version <= 2; version++) {
      Candidates candidates = candidates(0, 1, 0);
      assertThat(sampler(new SamplerStep.Mirostat(version, 5, 0.1f), 3).next(candidates))
          .isEqualTo(1);
      assertThat(
              sampler(new SamplerStep.Mirostat(version, 0, 0.1f), 3)
                  .next(candidates(0.2, 0.5, 0.3)))
          .isEqualTo(1);
    }
  }

  @Test
  void adaptivePTransformsProbabilitiesByTheirDistanceFromTheTarget() {
    Candidates candidates = candidates(0.7, 0.2, 0.1);
    sampler(new SamplerStep.AdaptiveP(0.2f, 0.9f), 3).next(candidates);
    // distances (p − 0.2) / 0.3: 5/3, 0, 1/3; logits 5 − 10·d²/(1 + d)
    double[] logits = {5 - 10 * (25 / 9.0) / (8 / 3.0), 5, 5 - 10 * (1 / 9.0) / (4 / 3.0)};
    double total = 0;
    for (double logit : logits) {
      total += Math.exp(logit);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(candidates.probability(i))
          .isCloseTo(Math.exp(logits[candidates.id(i)]) / total, within(1e-5));
    }
  }

  @Test
  void adaptivePMovesItsTargetAgainstWhatWasDrawn() {
    SamplerStep.AdaptiveP options = new SamplerStep.AdaptiveP(0.3f, 0.5f);
    Sampler sampler = sampler(options, 2);
    // only one token may come: it is drawn with probability 1
    sampler.next(candidates(1, 0));
    // sum 0.3/0.5·0.5 + 1 = 1.3, weight 1/0.5·0.5 + 1 = 2: the target is 0.6 − 0.65, at least 0
    Candidates candidates = candidates(0.9, 0.1);
    sampler.next(candidates);
    double far = 0.9 / 0.3;
    double near = 0.1 / 0.3;
    double odds = Math.exp(10 * far * far / (1 + far) - 10 * near * near / (1 + near));
    assertThat(candidates.probability(1)).isCloseTo(odds / (1 + odds), within(1e-5));
  }

  @Test
  void adaptivePDrawsProbabilitiesThatAverageItsTarget() {
    Sampler sampler = sampler(new SamplerStep.AdaptiveP(0.4f, 0.9f), 6);
    double sum = 0;
    int draws = 4000;
    for (int i = 0; i < draws; i++) {
      double[] probabilities = {0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125};
      sum += probabilities[sampler.next(candidates(probabilities))];
    }
    assertThat(sum / draws).isCloseTo(0.4, within(0.05));
  }

  private static Sampler sampler(SamplerStep step, int vocabulary) {
    return new Sampler(SamplingOptions.greedy().withSteps(List.of(step)).withSeed(5), vocabulary);
  }

  /// Shuffled Zipf probabilities of exponent 1.1.
  private static Candidates zipf(long seed) {
    Candidates candidates = new Candidates(VOCABULARY);
    int start = TestSeed.random(seed).nextInt(VOCABULARY);
    for (int rank = 0; rank < VOCABULARY; rank++) {
      candidates.logits()[(start + 7 * rank) % VOCABULARY] = (float) (-1.1 * Math.log(rank + 1.0));
    }
    return candidates;
  }

  private static Candidates candidates(double... probabilities) {
    Candidates candidates = new Candidates(probabilities.length);
    for (int i = 0; i < probabilities.length; i++) {
      candidates.logits()[i] = (float) Math.log(probabilities[i]);
    }
    return candidates;
  }
}
