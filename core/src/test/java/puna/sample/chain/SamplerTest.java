package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

class SamplerTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;
  private static final SamplingOptions UNSEEDED = SamplingOptions.defaults().withTemperature(1);
  private static final SamplingOptions PLAIN =
      SamplingOptions.greedy().withTemperature(1).withSeed(42);

  @Test
  void temperatureZeroTakesTheMostLikelyAndTheLowestIdOnTies() {
    assertThat(draw(SamplingOptions.greedy(), 1, 3, 2, 3)).isEqualTo(1);
    assertThat(draw(SamplingOptions.greedy(), NEVER, NEVER, -5)).isEqualTo(2);
  }

  @Test
  void topKKeepsTheLikeliestAndTheLowerIdOnTies() {
    assertThat(kept(PLAIN.withTopK(2), 1, 5, 5, 5, 2)).containsExactly(1, 2);
    assertThat(kept(PLAIN.withTopK(9), 1, 5, 5)).containsExactly(0, 1, 2);
  }

  @Test
  void topPKeepsTheTokenThatCrossesIt() {
    // probabilities 0.5, 0.3, 0.15, 0.05
    float[] logits = logs(0.15, 0.5, 0.05, 0.3);
    assertThat(kept(PLAIN.withTopP(0.4f), logits)).containsExactly(1);
    assertThat(kept(PLAIN.withTopP(0.6f), logits)).containsExactly(1, 3);
    assertThat(kept(PLAIN.withTopP(0.9f), logits)).containsExactly(0, 1, 3);
    assertThat(kept(PLAIN.withTopP(0.96f), logits)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void minPKeepsTokensLikelyEnoughBesideTheBest() {
    float[] logits = logs(0.15, 0.5, 0.05, 0.3);
    assertThat(kept(PLAIN.withMinP(0.25f), logits)).containsExactly(0, 1, 3);
    assertThat(kept(PLAIN.withMinP(0.5f), logits)).containsExactly(1, 3);
  }

  @Test
  void narrowingIsBlindToTheTemperature() {
    float[] logits = logs(0.15, 0.5, 0.05, 0.3);
    assertThat(kept(PLAIN.withTopP(0.6f).withTemperature(50), logits)).containsExactly(1, 3);
  }

  @Test
  void repeatPenaltyDividesPositiveAndMultipliesNegativeLogits() {
    Candidates candidates = candidates(3, -3, 1);
    RecentTokenPenalties penalties =
        new RecentTokenPenalties(new SamplerStep.Penalties(64, 1.5f, 0, 0), 3);
    penalties.accept(0);
    penalties.accept(1);
    penalties.accept(1);
    penalties.apply(candidates);
    assertThat(candidates.logits()).containsExactly(2, -4.5f, 1);
  }

  @Test
  void presenceCountsOnceAndFrequencyEachTime() {
    Candidates candidates = candidates(3, 3, 3);
    RecentTokenPenalties penalties =
        new RecentTokenPenalties(new SamplerStep.Penalties(64, 1, 0.25f, 0.5f), 3);
    penalties.accept(1);
    penalties.accept(1);
    penalties.accept(2);
    penalties.apply(candidates);
    assertThat(candidates.logits()).containsExactly(3, 2, 2.25f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, -1})
  void penaltiesLookAtTheWindowOnly(int window) {
    int vocabulary = 5;
    RecentTokenPenalties penalties =
        new RecentTokenPenalties(new SamplerStep.Penalties(window, 1, 1, 0), vocabulary);
    Random random = TestSeed.random(window);
    List<Integer> tokens = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      int token = random.nextInt(vocabulary);
      tokens.add(token);
      penalties.accept(token);
      Candidates candidates = new Candidates(vocabulary);
      penalties.apply(candidates);
      int from = window < 0 ? 0 : Math.max(0, tokens.size() - window);
      for (int id = 0; id < vocabulary; id++) {
        int wanted = id;
        long count = tokens.subList(from, tokens.size()).stream().filter(t -> t == wanted).count();
        assertThat(candidates.logits()[id]).isEqualTo(-(float) count);
      }
    }
  }

  @Test
  void penaltiesSeeThePromptAndWhatWasDrawn() {
    Sampler sampler =
        new Sampler(SamplingOptions.greedy().withPresencePenalty(10).withPenaltyWindow(-1), 3);
    sampler.accept(0);
    assertThat(sampler.next(candidates(3, 2, 1))).isEqualTo(1);
    assertThat(sampler.next(candidates(3, 2, 1))).isEqualTo(2);
  }

  @Test
  void biasIsAddedAndBansATokenAltogether() {
    assertThat(draw(SamplingOptions.greedy().withLogitBias(Map.of(2, 5f)), 3, 2, 1)).isEqualTo(2);
    assertThat(draw(SamplingOptions.greedy().withLogitBias(Map.of(0, NEVER)), 3, 2, 1))
        .isEqualTo(1);
  }

  @Test
  void refusesABiasOutsideTheVocabulary() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampler(PLAIN.withLogitBias(Map.of(3, 1f)), 3))
        .withMessage("logitBias must name tokens from 0 to 2, found 3");
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(PLAIN, 1, Float.NaN, 2))
        .withMessageContaining("found NaN for token 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(SamplingOptions.greedy(), 9, 1, Float.NaN))
        .withMessageContaining("found NaN for token 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(PLAIN, 1, Float.POSITIVE_INFINITY))
        .withMessageContaining("found Infinity for token 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draw(PLAIN, NEVER, NEVER))
        .withMessageContaining("all 2 logits at negative infinity");
  }

  @Test
  void aSeedGivesTheSameDraws() {
    assertThat(draws(PLAIN.withSeed(7))).isEqualTo(draws(PLAIN.withSeed(7)));
    assertThat(draws(PLAIN.withSeed(7))).isNotEqualTo(draws(PLAIN.withSeed(8)));
    assertThat(draws(UNSEEDED)).isNotEqualTo(draws(UNSEEDED));
  }

  @Test
  void randomDrawsAreSplitMix64() {
    // the first outputs for seed 1234567, as Vigna's reference code gives them
    RandomDraws random = new RandomDraws(1234567);
    assertThat(random.next()).isEqualTo((6457827717110365317L >>> 11) * 0x1p-53);
    assertThat(random.next()).isEqualTo((3203168211198807973L >>> 11) * 0x1p-53);
  }

  @Test
  void drawsFollowTheSoftmaxOfLogitsByTemperature() {
    double temperature = 0.7;
    float[] logits = {1, 0, -1, 2, NEVER};
    Sampler sampler = new Sampler(PLAIN.withTemperature((float) temperature), logits.length);
    int[] counts = new int[logits.length];
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      counts[sampler.next(candidates(logits))]++;
    }
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit / temperature);
    }
    for (int id = 0; id < logits.length; id++) {
      double expected = Math.exp(logits[id] / temperature) / total;
      assertThat(counts[id] / (double) draws).isCloseTo(expected, within(0.006));
    }
    assertThat(counts[4]).isZero();
  }

  @Test
  void agreesWithSortingEverything() {
    Random random = TestSeed.random(2024);
    for (int round = 0; round < 300; round++) {
      int vocabulary = 1 + random.nextInt(round % 10 == 0 ? 5000 : 60);
      float spread = 1 + 8 * random.nextFloat();
      boolean ties = random.nextBoolean();
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        float value = (float) random.nextGaussian() * spread;
        logits[i] = ties ? Math.round(value) : value;
      }
      SamplingOptions options =
          PLAIN
              .withTopK(random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(80))
              .withTopP(random.nextInt(3) == 0 ? 1 : 0.01f + 0.98f * random.nextFloat())
              .withMinP(random.nextInt(3) == 0 ? 0 : 0.3f * random.nextFloat());
      assertThat(kept(options, logits))
          .as("round %d of seed 2024, %s", round, options)
          .containsExactlyElementsOf(keptBySorting(options, logits));
    }
  }

  @Test
  void theExponentialIsExactToNineDigits() {
    for (double x = 0; x > -60; x -= 0.00137) {
      assertThat(Exponential.of(x) / Math.exp(x)).isCloseTo(1, within(1e-9));
    }
    assertThat(Exponential.of(0)).isEqualTo(1);
    assertThat(Exponential.of(Double.NEGATIVE_INFINITY)).isZero();
  }

  @Test
  void theExponentialOfManyIsExactToSevenDigits() {
    float[] values = new float[60_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 3 - i * 0.00137f;
    }
    float[] powers = values.clone();
    Exponential.replace(powers, powers.length, 3);
    for (int i = 0; i < values.length; i++) {
      double exponent = Math.max(values[i] - 3.0, -80);
      assertThat(powers[i] / Math.exp(exponent)).isCloseTo(1, within(2e-7));
    }
  }

  private static List<Integer> keptBySorting(SamplingOptions options, float[] logits) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < logits.length; id++) {
      ids.add(id);
    }
    ids.sort(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id));
    double best = logits[ids.getFirst()];
    int topK = options.topK().orElse(0);
    float topP = options.topP().orElse(1f);
    float minP = options.minP().orElse(0f);
    if (topK > 0 && topK < ids.size()) {
      ids = ids.subList(0, topK);
    }
    if (topP < 1) {
      double total = ids.stream().mapToDouble(id -> Math.exp(logits[id] - best)).sum();
      double before = 0;
      int count = 0;
      while (count < ids.size() && before / total <= topP) {
        before += Math.exp(logits[ids.get(count++)] - best);
      }
      ids = ids.subList(0, count);
    }
    return ids.stream()
        .filter(id -> minP == 0 || Math.exp(logits[id] - best) >= minP)
        .sorted()
        .toList();
  }

  /// What a sampler leaves to draw from.
  private static SortedSet<Integer> kept(SamplingOptions options, float... logits) {
    Candidates candidates = candidates(logits);
    new Sampler(options, logits.length).next(candidates);
    SortedSet<Integer> ids = new TreeSet<>();
    for (int i = 0; i < candidates.count(); i++) {
      ids.add(candidates.id(i));
    }
    return ids;
  }

  private static List<Integer> draws(SamplingOptions options) {
    Sampler sampler = new Sampler(options, 50);
    List<Integer> draws = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      draws.add(sampler.next(new Candidates(50)));
    }
    return draws;
  }

  private static int draw(SamplingOptions options, float... logits) {
    return new Sampler(options, logits.length).next(candidates(logits));
  }

  private static Candidates candidates(float... logits) {
    Candidates candidates = new Candidates(logits.length);
    System.arraycopy(logits, 0, candidates.logits(), 0, logits.length);
    return candidates;
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }
}
