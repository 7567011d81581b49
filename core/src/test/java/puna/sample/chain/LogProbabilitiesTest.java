package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.sample.SamplingOptions;
import puna.sample.TokenProbability;

class LogProbabilitiesTest {
  @Test
  void listsTheLikeliestFirstAndTheLowerIdOnTies() {
    float[] logits = logs(0.1, 0.3, 0.25, 0.05, 0.3);
    TokenProbability found = LogProbabilities.ofLogits(logits, 3, 3);
    assertThat(found.token()).isEqualTo(3);
    assertThat(found.logProbability()).isCloseTo(Math.log(0.05), within(1e-6));
    assertThat(found.likeliest())
        .extracting(TokenProbability.Rival::token)
        .containsExactly(1, 4, 2);
    assertThat(found.likeliest().getLast().logProbability())
        .isCloseTo(Math.log(0.25), within(1e-6));
  }

  @Test
  void listsAsManyAsThereAre() {
    assertThat(LogProbabilities.ofLogits(logs(0.5, 0.5), 0, 9).likeliest()).hasSize(2);
    assertThat(LogProbabilities.ofLogits(logs(0.5, 0.5), 0, 0).likeliest()).isEmpty();
  }

  @Test
  void agreesWithSortingEverything() {
    Random random = TestSeed.random(5);
    float[] logits = new float[3000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.round(random.nextGaussian() * 20) / 4f;
    }
    List<SamplerReference.Entry> sorted = SamplerReference.of(logits);
    List<TokenProbability.Rival> found = LogProbabilities.ofLogits(logits, 0, 50).likeliest();
    for (int i = 0; i < 50; i++) {
      assertThat(found.get(i).token()).isEqualTo(sorted.get(i).id());
      assertThat(found.get(i).logProbability())
          .isCloseTo(Math.log(sorted.get(i).probability()), within(1e-6));
    }
  }

  @Test
  void afterTheSamplersOnlyWhatTheyLeftHasAProbability() {
    Candidates candidates = new Candidates(4);
    System.arraycopy(logs(0.1, 0.2, 0.3, 0.4), 0, candidates.logits(), 0, 4);
    int token =
        new Sampler(SamplingOptions.greedy().withTemperature(1).withTopK(2), 4).next(candidates);
    TokenProbability found = LogProbabilities.ofDraw(candidates, 4);
    assertThat(found.token()).isEqualTo(token);
    assertThat(found.likeliest()).extracting(TokenProbability.Rival::token).containsExactly(3, 2);
    assertThat(found.likeliest().getFirst().logProbability())
        .isCloseTo(Math.log(4 / 7.0), within(1e-6));
    assertThat(found.logProbability()).isCloseTo(Math.log((token + 1) / 7.0), within(1e-6));
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogProbabilities.ofLogits(new float[] {1, Float.NaN}, 0, 1))
        .withMessageContaining("logits must be numbers");
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }
}
