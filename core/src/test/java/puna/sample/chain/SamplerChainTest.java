package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// What the steps of a chain are to each other.
class SamplerChainTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;
  private static final SamplingOptions PLAIN =
      SamplingOptions.greedy().withTemperature(1).withSeed(42);

  @Test
  void tellsWhetherItsBansLeaveAnything() {
    Sampler sampler = new Sampler(PLAIN.withBannedTokens(List.of(1, 2)), 4);
    assertThat(sampler.leavesAny(candidates(NEVER, 1, 2, NEVER))).isFalse();
    assertThat(sampler.leavesAny(candidates(NEVER, 1, 2, 0))).isTrue();
    assertThat(sampler.leavesAny(candidates(0, NEVER, NEVER, NEVER))).isTrue();
    Sampler biased = new Sampler(PLAIN.withLogitBias(Map.of(1, -5f)), 4);
    assertThat(biased.leavesAny(candidates(NEVER, 1, NEVER, NEVER))).isTrue();
    Sampler free = new Sampler(PLAIN, 4);
    assertThat(free.leavesAny(candidates(NEVER, 1, 2, NEVER))).isTrue();
  }

  @Test
  void aBiasMayNameTheLastTokenAndNoneBehindIt() {
    assertThat(new Sampler(PLAIN.withLogitBias(Map.of(3, 99f)), 4).next(new Candidates(4)))
        .isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampler(PLAIN.withLogitBias(Map.of(4, 1f)), 4))
        .withMessageEndingWith("found 4");
  }

  @Test
  void aPenaltyBehindAStepThatNarrowsChangesTheBest() {
    Sampler present =
        new Sampler(
            greedyBehind(new SamplerStep.TopK(2), new SamplerStep.Penalties(8, 1, 0, 10)), 3);
    present.accept(0);
    assertThat(present.next(candidates(3, 2, 1))).isEqualTo(1);
    SamplerStep.Dry dry = new SamplerStep.Dry(10, 1, 1, -1, List.of());
    Sampler repeated = new Sampler(greedyBehind(new SamplerStep.TopK(2), dry), 3);
    for (int token : new int[] {1, 0, 1}) {
      repeated.accept(token);
    }
    assertThat(repeated.next(candidates(3, 2, 1))).isEqualTo(1);
  }

  @Test
  void penaltiesKnowAnyNumberOfTokens() {
    int vocabulary = 200;
    RecentTokenPenalties penalties =
        new RecentTokenPenalties(new SamplerStep.Penalties(-1, 1, 0, 1), vocabulary);
    DryPenalties dry =
        new DryPenalties(
            new SamplerStep.Dry(1, 1, 0, -1, List.of()), SamplerVocabulary.of(vocabulary));
    for (int token = 0; token < vocabulary; token++) {
      penalties.accept(token);
      dry.accept(token);
    }
    Candidates candidates = new Candidates(vocabulary);
    penalties.apply(candidates);
    assertThat(candidates.logits()).containsOnly(-1);
    candidates = new Candidates(vocabulary);
    dry.apply(candidates);
    assertThat(candidates.logits()[0]).isZero(); // it came behind nothing
    for (int token = 1; token < vocabulary; token++) {
      assertThat(candidates.logits()[token]).as("token %d", token).isEqualTo(-1);
    }
  }

  @Test
  void aDynamicTemperatureAroundZeroIsNotZero() {
    SamplingOptions dynamic =
        SamplingOptions.greedy()
            .withSteps(List.of(new SamplerStep.Temperature(0, 1, 1)))
            .withSeed(5);
    Sampler sampler = new Sampler(dynamic, 8);
    Set<Integer> drawn = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      drawn.add(sampler.next(new Candidates(8))); // all alike: as unsure as can be
    }
    assertThat(drawn).hasSize(8);
  }

  @Test
  void mirostatOneEstimatesZipfsExponent() {
    int vocabulary = 2000;
    float eta = 0.3f;
    for (double exponent : new double[] {0.9, 1.1, 1.7}) {
      for (float tau : new float[] {1, 3}) {
        Sampler sampler =
            new Sampler(
                SamplingOptions.greedy()
                    .withSteps(List.of(new SamplerStep.Mirostat(1, tau, eta)))
                    .withSeed(5),
                vocabulary);
        double most = 2 * tau;
        for (int draw = 0; draw < 20; draw++) {
          Candidates candidates = new Candidates(vocabulary);
          for (int id = 0; id < vocabulary; id++) {
            candidates.logits()[id] = (float) (-exponent * Math.log(id + 1.0));
          }
          sampler.next(candidates);
          // the paper's k, equation 3 of its algorithm 1
          double epsilon = exponent - 1;
          double k =
              Math.pow(
                  epsilon * Math.pow(2, most) / (1 - Math.pow(vocabulary, -epsilon)), 1 / exponent);
          int expected = (int) Math.clamp(k, 1, (double) vocabulary);
          assertThat(candidates.count())
              .as("exponent %s, tau %s, draw %d", exponent, tau, draw)
              .isBetween(
                  (int) Math.clamp(k * 0.999, 1, vocabulary),
                  Math.max(expected, (int) (k * 1.001)));
          most -= eta * (-Math.log(candidates.drawnProbability()) / Math.log(2) - tau);
        }
      }
    }
  }

  @Test
  void breakersThatBeginWithTheirOwnBeginningAreFound() {
    assertThat(penalized("112", 5, 1, 1, 1, 2, 5, 1, 1, 1, 2)).isEmpty();
    assertThat(penalized("112111", 5, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1)).isEmpty();
    assertThat(penalized("1213", 5, 1, 2, 1, 2, 1, 3, 5, 1, 2, 1, 2, 1, 3)).isEmpty();
    assertThat(penalized("1213", 5, 1, 2, 1, 2, 1, 4, 5, 1, 2, 1, 2, 1, 4)).contains(5);
  }

  @Test
  void aBreakerIsNotPutTogetherFromTokensThatMayCome() {
    SamplerStep.Dry step = new SamplerStep.Dry(1, 1, 0, -1, List.of("12"));
    assertThat(penalized(step, 0, 2, 1)).contains(1, 2);
  }

  /// Tokens that lose something after a text.
  private static Set<Integer> penalized(String breaker, int... text) {
    return penalized(new SamplerStep.Dry(1, 1, 1, -1, List.of(breaker)), text);
  }

  private static Set<Integer> penalized(SamplerStep.Dry step, int... text) {
    SamplerVocabulary vocabulary =
        new SamplerVocabulary(
            6, id -> false, id -> String.valueOf(id).getBytes(StandardCharsets.UTF_8));
    DryPenalties penalties = new DryPenalties(step, vocabulary);
    for (int token : text) {
      penalties.accept(token);
    }
    Candidates candidates = new Candidates(6);
    penalties.apply(candidates);
    Set<Integer> lower = new TreeSet<>();
    for (int id = 0; id < 6; id++) {
      if (candidates.logits()[id] < 0) {
        lower.add(id);
      }
    }
    return lower;
  }

  private static SamplingOptions greedyBehind(SamplerStep... steps) {
    List<SamplerStep> all = new ArrayList<>(List.of(steps));
    all.add(new SamplerStep.Temperature(0, 0, 1));
    return SamplingOptions.greedy().withSteps(all);
  }

  private static Candidates candidates(float... logits) {
    Candidates candidates = new Candidates(logits.length);
    System.arraycopy(logits, 0, candidates.logits(), 0, logits.length);
    return candidates;
  }
}
