package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.sample.SamplerStep;

class DryPenaltiesTest {
  @Test
  void theCasesOfLlamaCpp() {
    // probabilities after the penalty, from equal ones; a token's text is its number
    assertThat(after(dry(1, 2, 4), 4, 0, 1)).containsOnly(0.25);
    assertThat(after(dry(1, 2, 5), 4, 0, 1, 2, 0, 1))
        .containsExactly(new double[] {0.296923, 0.296923, 0.109232, 0.296923}, within(1e-5));
    assertThat(after(dry(1, 2, 6, "3"), 5, 0, 1, 3, 4, 0, 1))
        .containsExactly(new double[] {0.2, 0.2, 0.2, 0.2, 0.2}, within(1e-6));
    assertThat(after(dry(2, 2, 5), 5, 0, 1, 2, 0, 1))
        .containsExactly(
            new double[] {0.241818, 0.241818, 0.032727, 0.241818, 0.241818}, within(1e-5));
    assertThat(after(dry(1, 4, 7), 5, 0, 1, 2, 3, 4, 0, 1))
        .containsExactly(new double[] {0.2, 0.2, 0.2, 0.2, 0.2}, within(1e-6));
  }

  @Test
  void aBreakerMayBeCutIntoTokensInAnyWay() {
    // 1 2 ends "…12": with the breaker "12" nothing reaches back across it
    assertThat(logits(dry(1, 1, -1), 6, 0, 5, 3, 0, 5)[3]).isNegative();
    assertThat(logits(dry(1, 1, -1, "12"), 6, 0, 1, 2, 3, 0, 1, 2)).containsOnly(0);
    assertThat(logits(dry(1, 1, -1, "12"), 6, 1, 2, 5, 3, 1, 2, 5)[3]).isEqualTo(-1);
  }

  @Test
  void aTokenThatHoldsABreakerIsNotPenalized() {
    assertThat(logits(dry(1, 2, -1), 4, 0, 1, 2, 0, 1)[2]).isEqualTo(-1);
    assertThat(logits(dry(1, 2, -1, "2"), 4, 0, 1, 2, 0, 1)[2]).isZero();
  }

  @Test
  void aPenaltyBeyondAllNumbersBansNothing() {
    int[] text = new int[2000];
    SamplerStep.Dry steep = new SamplerStep.Dry(Float.MAX_VALUE, Float.MAX_VALUE, 2, -1, List.of());
    assertThat(logits(steep, 2, text)[0]).isEqualTo(-Float.MAX_VALUE);
  }

  @Test
  void agreesWithItsDefinition() {
    Random random = TestSeed.random(77);
    for (int round = 0; round < 500; round++) {
      int vocabulary = 2 + random.nextInt(3);
      int[] text = random.ints(1 + random.nextInt(60), 0, vocabulary).toArray();
      SamplerStep.Dry step =
          new SamplerStep.Dry(
              random.nextFloat(),
              1 + random.nextFloat(),
              random.nextInt(4),
              random.nextInt(3) == 0 ? -1 : 1 + random.nextInt(50),
              List.of());
      assertThat(logits(step, vocabulary, text))
          .as("round %d of seed 77: %s", round, step)
          .containsExactly(
              SamplerReference.dry(new float[vocabulary], text, step, text.length), within(1e-3f));
    }
  }

  private static SamplerStep.Dry dry(
      float multiplier, int allowedLength, int lastTokens, String... breakers) {
    return new SamplerStep.Dry(multiplier, 1.1f, allowedLength, lastTokens, List.of(breakers));
  }

  private static double[] after(SamplerStep.Dry step, int vocabulary, int... text) {
    float[] logits = logits(step, vocabulary, text);
    double[] probabilities = new double[vocabulary];
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit);
    }
    for (int id = 0; id < vocabulary; id++) {
      probabilities[id] = Math.exp(logits[id]) / total;
    }
    return probabilities;
  }

  /// Logits that were all 0 before.
  private static float[] logits(SamplerStep.Dry step, int vocabulary, int... text) {
    DryPenalties penalties =
        new DryPenalties(
            step,
            new SamplerVocabulary(
                vocabulary,
                id -> false,
                id -> String.valueOf(id).getBytes(StandardCharsets.UTF_8)));
    Candidates candidates = new Candidates(vocabulary);
    for (int token : text) {
      penalties.accept(token);
      candidates = new Candidates(vocabulary);
      penalties.apply(candidates);
    }
    return candidates.logits();
  }
}
