package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// Each step against values worked out by hand, the cases of llama.cpp's test-sampling.cpp, and the
/// plain reference.
class SamplerStepTest {
  private static final double[] RISING = {0.1, 0.2, 0.3, 0.4};
  private static final double[] FALLING = {0.4, 0.3, 0.2, 0.1};

  @Test
  void temperature() {
    assertThat(after(temperature(1), RISING)).containsExactly(RISING, within(1e-5));
    assertThat(after(temperature(0), RISING)).containsExactly(0, 0, 0, 1);
    // p^2 over 0.01 + 0.04 + 0.09 + 0.16
    assertThat(after(temperature(0.5f), RISING))
        .containsExactly(new double[] {1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0}, within(1e-5));
  }

  @Test
  void dynamicTemperatureLiesBetweenItsEndsByTheEntropy() {
    SamplerStep dynamic = new SamplerStep.Temperature(1, 0.5f, 1);
    // all alike: the entropy is the largest, the divisor 1.5; alike they stay
    assertThat(after(dynamic, 0.25, 0.25, 0.25, 0.25)).containsOnly(0.25);
    // two of p = 0.8 and 0.2: entropy 0.500402 of 0.693147, so 0.5 + 0.721928
    double divisor = 0.5 + 0.721928;
    double odds = Math.pow(4, 1 / divisor);
    assertThat(after(dynamic, 0.8, 0.2))
        .containsExactly(new double[] {odds / (1 + odds), 1 / (1 + odds)}, within(1e-5));
    assertThat(after(new SamplerStep.Temperature(0, 0, 1), RISING)).containsExactly(0, 0, 0, 1);
  }

  @Test
  void topK() {
    assertThat(after(new SamplerStep.TopK(1), RISING)).containsExactly(0, 0, 0, 1);
    assertThat(after(new SamplerStep.TopK(3), RISING))
        .containsExactly(new double[] {0, 0.22222, 0.33333, 0.44444}, within(1e-5));
    assertThat(after(new SamplerStep.TopK(4), RISING)).containsExactly(RISING, within(1e-5));
    assertThat(after(new SamplerStep.TopK(0), RISING)).containsExactly(RISING, within(1e-5));
  }

  @Test
  void topP() {
    assertThat(after(new SamplerStep.TopP(1e-9f), RISING)).containsExactly(0, 0, 0, 1);
    assertThat(after(new SamplerStep.TopP(0.69f), RISING))
        .containsExactly(new double[] {0, 0, 0.428571, 0.571429}, within(1e-5));
    assertThat(after(new SamplerStep.TopP(0.8f), RISING))
        .containsExactly(new double[] {0, 0.22222, 0.33333, 0.44444}, within(1e-5));
    assertThat(after(new SamplerStep.TopP(1), RISING)).containsExactly(RISING, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"0.0, 4", "0.24, 4", "0.26, 3", "0.49, 3", "0.51, 2", "0.74, 2", "0.76, 1", "1, 1"})
  void minP(float p, int kept) {
    double[] expected = new double[4];
    double total = 0;
    for (int i = 4 - kept; i < 4; i++) {
      total += RISING[i];
    }
    for (int i = 4 - kept; i < 4; i++) {
      expected[i] = RISING[i] / total;
    }
    assertThat(after(new SamplerStep.MinP(p), RISING)).containsExactly(expected, within(1e-5));
  }

  @Test
  void xtc() {
    assertThat(after(new SamplerStep.Xtc(1, 0.09f), FALLING)).containsExactly(0, 0, 0, 1);
    assertThat(after(new SamplerStep.Xtc(1, 0.19f), FALLING))
        .containsExactly(new double[] {0, 0, 2 / 3.0, 1 / 3.0}, within(1e-5));
    assertThat(after(new SamplerStep.Xtc(1, 0.29f), FALLING))
        .containsExactly(new double[] {0, 0.5, 1 / 3.0, 1 / 6.0}, within(1e-5));
    assertThat(after(new SamplerStep.Xtc(1, 0.39f), FALLING))
        .containsExactly(FALLING, within(1e-5));
    assertThat(after(new SamplerStep.Xtc(0, 0.09f), FALLING))
        .containsExactly(FALLING, within(1e-5));
    assertThat(after(new SamplerStep.Xtc(1, 0.51f), 0.6, 0.4))
        .containsExactly(new double[] {0.6, 0.4}, within(1e-5));
  }

  @Test
  void xtcActsAsOftenAsItsProbability() {
    Sampler sampler = new Sampler(options(new SamplerStep.Xtc(0.3f, 0.2f)), 2);
    int excluded = 0;
    for (int i = 0; i < 20_000; i++) {
      Candidates candidates = candidates(0.6, 0.4);
      sampler.next(candidates);
      excluded += 2 - candidates.count();
    }
    assertThat(excluded / 20_000.0).isCloseTo(0.3, within(0.02));
  }

  @Test
  void typical() {
    assertThat(after(new SamplerStep.TypicalP(0.5f), 0.97, 0.01, 0.01, 0.01))
        .containsExactly(1, 0, 0, 0);
    assertThat(after(new SamplerStep.TypicalP(0.5f), 0.4, 0.2, 0.2, 0.2))
        .containsExactly(new double[] {0, 1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-5));
  }

  @Test
  void topNSigma() {
    assertThat(after(new SamplerStep.TopNSigma(1), RISING))
        .containsExactly(new double[] {0, 0, 0.428571, 0.571429}, within(1e-5));
    assertThat(after(new SamplerStep.TopNSigma(0), RISING)).containsExactly(RISING, within(1e-5));
    assertThat(after(new SamplerStep.TopNSigma(3), RISING)).containsExactly(RISING, within(1e-5));
  }

  @Test
  void penalties() {
    double[] even = {0.2, 0.2, 0.2, 0.2, 0.2};
    int[] repeated = {0, 1, 2, 0, 0};
    assertThat(afterText(new SamplerStep.Penalties(5, 50, 0, 0), new int[] {0}, even))
        .containsExactly(new double[] {0, 0.25, 0.25, 0.25, 0.25}, within(1e-5));
    assertThat(afterText(new SamplerStep.Penalties(5, 50, 0, 0), repeated, even))
        .containsExactly(new double[] {0, 0, 0, 0.5, 0.5}, within(1e-5));
    assertThat(afterText(new SamplerStep.Penalties(5, 1, 5, 5), new int[] {0}, even))
        .containsExactly(
            new double[] {0.000011, 0.249997, 0.249997, 0.249997, 0.249997}, within(1e-6));
    assertThat(afterText(new SamplerStep.Penalties(5, 1, 5, 5), repeated, even))
        .containsExactly(new double[] {0, 0.000023, 0.000023, 0.499977, 0.499977}, within(1e-6));
  }

  @Test
  void randomChainsAgreeWithTheReference() {
    Random random = TestSeed.random(20261123);
    for (int round = 0; round < 400; round++) {
      float[] logits = logits(random, round % 20 == 0 ? 3000 : 40);
      List<SamplerStep> steps = new ArrayList<>(steps(random));
      steps.removeIf(step -> random.nextInt(3) == 0);
      Collections.shuffle(steps, random);
      List<SamplerReference.Entry> expected = SamplerReference.of(logits);
      for (SamplerStep step : steps) {
        expected = SamplerReference.apply(expected, step);
      }
      Candidates candidates = candidates(logits);
      new Sampler(SamplingOptions.greedy().withSteps(steps), logits.length).next(candidates);
      TreeMap<Integer, Double> actual = new TreeMap<>();
      for (int i = 0; i < candidates.count(); i++) {
        actual.put(candidates.id(i), candidates.probability(i));
      }
      String description = "round %d of seed 20261123: %s".formatted(round, steps);
      assertThat(actual.keySet())
          .as(description)
          .containsExactlyElementsOf(
              expected.stream().map(SamplerReference.Entry::id).sorted().toList());
      for (SamplerReference.Entry entry : expected) {
        assertThat(actual.get(entry.id()))
            .as(description)
            .isCloseTo(entry.probability(), within(1e-5));
      }
    }
  }

  private static List<SamplerStep> steps(Random random) {
    return List.of(
        new SamplerStep.TopNSigma(0.5f + 3 * random.nextFloat()),
        new SamplerStep.TopK(1 + random.nextInt(random.nextInt(2) == 0 ? 60 : 2000)),
        new SamplerStep.TypicalP(0.05f + 0.9f * random.nextFloat()),
        new SamplerStep.TopP(0.05f + 0.9f * random.nextFloat()),
        new SamplerStep.MinP(0.2f * random.nextFloat()),
        new SamplerStep.Xtc(1, 0.3f * random.nextFloat()),
        new SamplerStep.Temperature(
            0.3f + random.nextFloat(), random.nextInt(2) * random.nextFloat(), 1.3f));
  }

  private static float[] logits(Random random, int vocabulary) {
    float[] logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] =
          random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian() * 3;
    }
    logits[random.nextInt(vocabulary)] = 3;
    return logits;
  }

  private static SamplerStep temperature(float value) {
    return new SamplerStep.Temperature(value, 0, 1);
  }

  private static SamplingOptions options(SamplerStep... steps) {
    return SamplingOptions.greedy().withSteps(List.of(steps)).withSeed(11);
  }

  /// The probabilities by token after one step.
  private static double[] after(SamplerStep step, double... probabilities) {
    return afterText(step, new int[0], probabilities);
  }

  private static double[] afterText(SamplerStep step, int[] text, double... probabilities) {
    Candidates candidates = candidates(probabilities);
    Sampler sampler = new Sampler(options(step), probabilities.length);
    for (int token : text) {
      sampler.accept(token);
    }
    sampler.next(candidates);
    double[] after = new double[probabilities.length];
    for (int i = 0; i < candidates.count(); i++) {
      after[candidates.id(i)] = candidates.probability(i);
    }
    return after;
  }

  private static Candidates candidates(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return candidates(logits);
  }

  private static Candidates candidates(float[] logits) {
    Candidates candidates = new Candidates(logits.length);
    System.arraycopy(logits, 0, candidates.logits(), 0, logits.length);
    return candidates;
  }
}
