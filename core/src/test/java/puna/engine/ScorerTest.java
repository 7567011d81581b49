package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScorerTest {
  private static final int CONTEXT = 96;

  @Test
  void sumsTheLogSoftmaxOfEveryTokenButTheFirst() throws Exception {
    try (Engine engine = engine()) {
      int[] text = Requests.prompt(1, 50);
      List<float[]> logits = new ArrayList<>();
      List<Integer> positions = new ArrayList<>();
      double score =
          new Scorer(engine, CONTEXT, 0)
              .score(
                  text,
                  (position, values) -> {
                    positions.add(position);
                    logits.add(values.clone());
                  });
      assertThat(positions).hasSize(50).isSorted().doesNotHaveDuplicates();
      double expected = 0;
      for (int i = 0; i + 1 < text.length; i++) {
        double total = 0;
        for (float logit : logits.get(i)) {
          total += Math.exp(logit);
        }
        expected -= Math.log(Math.exp(logits.get(i)[text[i + 1]]) / total);
      }
      assertThat(score).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void readsALongTextInWindowsAndEachPositionOnce() throws Exception {
    try (Engine engine = engine()) {
      int[] text = Requests.prompt(1, 205);
      for (int overlap : new int[] {0, 1, 24, 39}) {
        List<Integer> positions = new ArrayList<>();
        new Scorer(engine, 40, overlap).score(text, (position, values) -> positions.add(position));
        assertThat(positions).hasSize(205).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void aSecondScoringGivesTheSame() throws Exception {
    try (Engine engine = engine()) {
      int[] text = Requests.prompt(1, 70);
      Scorer scorer = new Scorer(engine, CONTEXT, 0);
      double first = scorer.score(text, (position, values) -> {});
      assertThat(scorer.score(text, (position, values) -> {})).isEqualTo(first);
    }
  }

  @Test
  void aListenerThatThrowsEndsTheScoringAndNothingElse() throws Exception {
    try (Engine engine = engine()) {
      Scorer scorer = new Scorer(engine, CONTEXT, 0);
      int[] text = Requests.prompt(1, 20);
      assertThatThrownBy(() ->
              scorer.score(
                  text,
                  (position, values) -> {
                    throw new IllegalStateException("disk full");
                  }))
          .isInstanceOf(ScoringException.class)
          .hasRootCauseMessage("disk full");
      assertThat(scorer.score(text, (position, values) -> {})).isPositive();
    }
  }

  @Test
  void refusesWindowsThatDoNotFit() {
    try (Engine engine = engine()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scorer(engine, CONTEXT + 1, 0))
          .withMessage("window must be from 1 to the context of 96, found 97");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scorer(engine, 8, 8))
          .withMessage("overlap must be from 0 to 7, found 8");
    }
  }

  private static Engine engine() {
    return new Engine(new FakeDecoder(CONTEXT, 12, 8, 16), CONTEXT, 4);
  }
}
