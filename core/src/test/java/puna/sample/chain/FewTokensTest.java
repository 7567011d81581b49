package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// Where only a few tokens may come, all is as if the others had no probability.
class FewTokensTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  @Test
  void anAnswerIsTheSameAsWithAllOthersAtNegativeInfinity() {
    Random random = TestSeed.random(31);
    for (int round = 0; round < 400; round++) {
      int size = 3 + random.nextInt(60);
      List<SamplerStep> steps = new ArrayList<>(steps(random));
      steps.removeIf(step -> random.nextInt(3) == 0);
      Collections.shuffle(steps, random);
      SamplingOptions options =
          SamplingOptions.greedy()
              .withSteps(steps)
              .withLogitBias(Map.of(random.nextInt(size), random.nextInt(4) - 2f))
              .withSeed(round);
      SamplerVocabulary vocabulary =
          new SamplerVocabulary(
              size, id -> id % 7 == 0, id -> ("" + id).getBytes(StandardCharsets.UTF_8));
      Sampler few = new Sampler(options, vocabulary);
      Sampler all = new Sampler(options, vocabulary);
      Candidates narrowed = new Candidates(size);
      Candidates edited = new Candidates(size);
      for (int position = 0; position < 12; position++) {
        fill(narrowed, edited, random);
        assertThat(few.next(narrowed)).as("%s", options).isEqualTo(all.next(edited));
        assertThat(narrowed.drawnProbability()).isEqualTo(edited.drawnProbability());
        assertThat(narrowed.count()).isEqualTo(edited.count());
      }
    }
  }

  /// The same few tokens in both: the others are not possible, or have no probability.
  private static void fill(Candidates narrowed, Candidates edited, Random random) {
    int size = narrowed.logits().length;
    int[] tokens = IntStream.range(0, size).filter(_ -> random.nextInt(4) == 0).toArray();
    int[] only = tokens.length == 0 ? new int[] {random.nextInt(size)} : tokens;
    narrowed.clear();
    for (int id = 0; id < size; id++) {
      narrowed.logits()[id] = Math.round(random.nextGaussian() * 8) / 4f; // with ties
      edited.logits()[id] = NEVER;
    }
    for (int id : only) {
      edited.logits()[id] = narrowed.logits()[id];
    }
    assertThat(narrowed.only(only)).isTrue();
  }

  private static List<SamplerStep> steps(Random random) {
    return List.of(
        new SamplerStep.Penalties(8, 1.2f, 0.3f, 0.1f),
        new SamplerStep.Dry(0.8f, 1.5f, 1, -1, List.of()),
        new SamplerStep.TopNSigma(0.5f + 3 * random.nextFloat()),
        new SamplerStep.TopK(1 + random.nextInt(30)),
        new SamplerStep.TypicalP(0.05f + 0.9f * random.nextFloat()),
        new SamplerStep.TopP(0.05f + 0.9f * random.nextFloat()),
        new SamplerStep.MinP(0.2f * random.nextFloat()),
        new SamplerStep.Xtc(0.5f, 0.3f * random.nextFloat()),
        new SamplerStep.Infill(),
        new SamplerStep.Temperature(random.nextInt(3) * 0.6f, 0, 1));
  }

  @Test
  void possibleTokensAreToldInOrder() {
    Candidates candidates = new Candidates(6);
    candidates.logits()[1] = NEVER;
    candidates.logits()[4] = NEVER;
    assertThat(possible(candidates)).containsExactly(0, 2, 3, 5);
    assertThat(candidates.only(new int[] {1, 2, 4, 5})).isTrue();
    assertThat(possible(candidates)).containsExactly(2, 5);
    candidates.clear();
    assertThat(possible(candidates)).containsExactly(0, 2, 3, 5);
  }

  private static List<Integer> possible(Candidates candidates) {
    List<Integer> found = new ArrayList<>();
    for (int token = candidates.nextPossible(0);
        token >= 0;
        token = candidates.nextPossible(token + 1)) {
      found.add(token);
    }
    return found;
  }

  @Test
  void bansAreAskedOfTheFewAlone() {
    SamplingOptions banned = SamplingOptions.greedy().withBannedTokens(List.of(1, 2));
    Sampler sampler = new Sampler(banned, 4);
    Candidates candidates = new Candidates(4);
    candidates.only(new int[] {1, 2});
    assertThat(sampler.leavesAny(candidates)).isFalse();
    candidates.only(new int[] {1, 3});
    assertThat(sampler.leavesAny(candidates)).isTrue();
    assertThat(sampler.next(candidates)).isEqualTo(3);
  }

  @Test
  void tokensWithoutALogitCountForNothing() {
    Candidates candidates = new Candidates(4);
    assertThat(candidates.only(new int[] {2, 4, 9})).isTrue();
    assertThat(candidates.mostLikely()).isEqualTo(2);
    assertThat(possible(candidates)).containsExactly(2);
    assertThat(candidates.only(new int[] {4, 9})).isFalse();
    assertThat(candidates.only(new int[0])).isFalse();
    assertThat(possible(candidates)).isEmpty();
  }

  @Test
  void refusesFewTokensOfWhichNoneCanCome() {
    Candidates candidates = new Candidates(4);
    candidates.logits()[2] = NEVER;
    candidates.logits()[0] = Float.NaN; // of a token that may not come
    candidates.only(new int[] {2});
    Sampler sampler = new Sampler(SamplingOptions.greedy(), 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.next(candidates))
        .withMessageContaining("found all 1 logits at negative infinity");
    candidates.only(new int[] {0, 2});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.next(candidates))
        .withMessageContaining("found NaN for token 0");
  }
}
