package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;

@Timeout(60)
class ScorerTest {
  private static final int CONTEXT = 96;

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder gated =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 12, 8, KvType.F16), 16, steps);

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
  void whatAWindowRepeatsIsTheContextOfWhatFollows() throws Exception {
    int[] text = Requests.prompt(1, 10);
    List<float[]> logits = new ArrayList<>();
    try (Engine engine = engine()) {
      double score =
          new Scorer(engine, 4, 1).score(text, (position, values) -> logits.add(values.clone()));
      int[] starts = {0, 0, 0, 0, 3, 3, 3, 6, 6, 6}; // of the window that each is read in
      double expected = 0;
      for (int position = 0; position < 10; position++) {
        int[] seen = Arrays.copyOfRange(text, starts[position], position + 1);
        assertThat(logits.get(position))
            .as("position %s", position)
            .isEqualTo(FakeDecoder.logits(seen));
        expected +=
            position == 9
                ? 0
                : Scorer.negativeLogLikelihood(logits.get(position), text[position + 1]);
      }
      assertThat(score).isEqualTo(expected);
    }
  }

  @Test
  void aWindowOfOneTokenIsAWindow() throws Exception {
    try (Engine engine = engine()) {
      List<Integer> positions = new ArrayList<>();
      new Scorer(engine, 1, 0)
          .score(Requests.prompt(1, 3), (position, values) -> positions.add(position));
      assertThat(positions).containsExactly(0, 1, 2);
    }
  }

  @Test
  void theLogSoftmaxIsExactForLargeLogitsAndRefusesWhatIsNoNumber() {
    assertThat(Scorer.negativeLogLikelihood(new float[] {1000, 1000}, 1))
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(Scorer.negativeLogLikelihood(new float[] {-1000, -1001}, 1))
        .isCloseTo(1 + Math.log(1 + Math.exp(-1)), within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scorer.negativeLogLikelihood(new float[] {1, Float.NaN}, 0))
        .withMessage("logits must be numbers below infinity, found a largest of NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Scorer.negativeLogLikelihood(new float[] {1, Float.POSITIVE_INFINITY}, 0));
  }

  @Test
  void whoIsInterruptedWhileItWaitsLeavesNoWorkBehind() throws Exception {
    waiting().leavesNoWorkBehindWhenItIsInterrupted();
  }

  @Test
  void whoWaitsHearsThatTheEngineIsClosed() throws Exception {
    waiting().hearsThatTheEngineIsClosed("the engine was closed while it scored a text");
  }

  private WaitingReader waiting() {
    return new WaitingReader(
        gated,
        steps,
        engine -> {
          Scorer scorer = new Scorer(engine, CONTEXT, 0);
          return () -> scorer.score(Requests.prompt(1, 90), (position, values) -> {});
        });
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
          .isThrownBy(() -> new Scorer(engine, 0, 0))
          .withMessage("window must be from 1 to the context of 96, found 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scorer(engine, 8, -1))
          .withMessage("overlap must be from 0 to 7, found -1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scorer(engine, 8, 8))
          .withMessage("overlap must be from 0 to 7, found 8");
    }
  }

  private static Engine engine() {
    return new Engine(new FakeDecoder(CONTEXT, 12, 8, 16), CONTEXT, 4);
  }
}
