package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;

class CandidatesTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 511, 512, 513, 700, 1999})
  void theLikeliestAreThoseThatSortingPutsFirst(int k) {
    Random random = TestSeed.random(12);
    int vocabulary = 2000;
    for (int spread : new int[] {1, 20, 100_000}) {
      float[] logits = new float[vocabulary];
      for (int id = 0; id < vocabulary; id++) {
        logits[id] = random.nextInt(spread); // few spreads have many ties
      }
      Candidates candidates = of(logits);
      candidates.keepTop(k);
      List<Integer> sorted =
          IntStream.range(0, vocabulary)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparing(id -> id))
              .limit(k)
              .sorted()
              .toList();
      assertThat(kept(candidates)).as("spread %d", spread).containsExactlyElementsOf(sorted);
    }
  }

  @Test
  void ofManyThatAreAlikeTheLowerIdsMakeUpTheMass() {
    Candidates candidates = new Candidates(600);
    candidates.keepTop(300);
    candidates.keepMass(0.499);
    assertThat(kept(candidates))
        .containsExactlyElementsOf(IntStream.range(0, 150).boxed().toList());
  }

  @Test
  void allTogetherDoNotExceedTheWholeMass() {
    Candidates candidates = new Candidates(300);
    for (int id = 0; id < 300; id++) {
      candidates.logits()[id] = id * 0.01f;
    }
    candidates.keepMass(1);
    assertThat(candidates.count()).isEqualTo(300);
  }

  @Test
  void aSmallTemperatureDividesDistancesFromTheBest() {
    Candidates candidates = of(1, 0.999f, -3e38f, NEVER);
    candidates.divide(0.001f);
    assertThat(candidates.logits()[0]).isZero();
    assertThat(candidates.logits()[1]).isCloseTo(-1, within(1e-4f));
    assertThat(candidates.logits()[2]).isEqualTo(-1e30f);
    assertThat(candidates.logits()[3]).isEqualTo(NEVER);
  }

  @Test
  void aStepThatChangesLogitsChangesTheBest() {
    Candidates candidates = of(1, 2, 3);
    candidates.begin();
    assertThat(candidates.best()).isEqualTo(2);
    candidates.logits()[0] = 9;
    candidates.edited();
    assertThat(candidates.best()).isZero();
    candidates.keepBest();
    assertThat(kept(candidates)).containsExactly(0);
  }

  @Test
  void whatIsKeptByNameHasABestOfItsOwn() {
    Candidates candidates = of(9, 1, 2);
    candidates.begin();
    candidates.keep(1, 2);
    candidates.keepWithin(0.5);
    assertThat(kept(candidates)).containsExactly(2);
  }

  @Test
  void excludingSparesTheLeastLikelyOfThoseThatReachTheThreshold() {
    Candidates alike = of(0, 0, 0, 0);
    alike.excludeTop(0.25); // which all reach; of equals the lower id counts as likelier
    assertThat(kept(alike)).containsExactly(3);
    Candidates others = of(0, 0, 0, -9);
    others.excludeTop(0.3);
    assertThat(kept(others)).containsExactly(2, 3);
  }

  @Test
  void aDrawTakesTheCandidateInWhosePartOfTheMassItFalls() {
    Candidates candidates = of(0, 0, 0, 0);
    assertThat(candidates.draw(0)).isZero();
    assertThat(candidates.draw(0.249)).isZero();
    assertThat(candidates.draw(0.25)).isEqualTo(1);
    assertThat(candidates.draw(0.6)).isEqualTo(2);
    assertThat(candidates.draw(Math.nextDown(1.0))).isEqualTo(3);
    assertThat(candidates.drawnProbability()).isEqualTo(0.25);
  }

  @Test
  void theLikeliestAreListedByTheLowerIdWhereTheyAreAlike() {
    assertThat(LogProbabilities.ofLogits(new float[] {0, 1, 1, 0, 1}, 0, 4).likeliest())
        .extracting(rival -> rival.token())
        .containsExactly(1, 2, 4, 0);
    int[] ranked = new int[2];
    Candidates candidates = of(0, 1, 1, 0, 1);
    candidates.keep(4, 2, 1);
    assertThat(LogProbabilities.rank(candidates, ranked)).isEqualTo(2);
    assertThat(ranked).containsExactly(1, 2);
  }

  private static SortedSet<Integer> kept(Candidates candidates) {
    SortedSet<Integer> ids = new TreeSet<>();
    for (int i = 0; i < candidates.count(); i++) {
      ids.add(candidates.id(i));
    }
    return ids;
  }

  private static Candidates of(float... logits) {
    Candidates candidates = new Candidates(logits.length);
    System.arraycopy(logits, 0, candidates.logits(), 0, logits.length);
    return candidates;
  }
}
