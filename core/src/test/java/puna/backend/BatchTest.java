package puna.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final int[] BLOCKS = {3};
  private static final int[] OTHER_BLOCKS = {5, 8};

  @Test
  void takesTheOutputsOfAStepInRunsOfNeighbours() {
    Batch outputs = new Batch(1);

    outputs.takeWanted(step());

    assertThat(IntStream.range(0, outputs.size()).map(outputs::token)).containsExactly(11, 12, 20);
    assertThat(IntStream.range(0, outputs.size()).map(outputs::position)).containsExactly(5, 6, 40);
    assertThat(outputs.runCount()).isEqualTo(2);
    assertThat(outputs.run(0).count()).isEqualTo(2);
    assertThat(outputs.run(0).firstPosition()).isEqualTo(5);
    assertThat(outputs.run(0).blocks()).isSameAs(BLOCKS);
    assertThat(outputs.run(1).start()).isEqualTo(2);
    assertThat(outputs.run(1).blocks()).isSameAs(OTHER_BLOCKS);
    assertThat(IntStream.range(0, outputs.outputCount()).map(outputs::output))
        .containsExactly(0, 1, 2);
  }

  @Test
  void keepsApartTokensOfARunThatAreNotNeighbours() {
    Batch step = new Batch(3);
    step.addRun(0, BLOCKS);
    for (int token = 0; token < 3; token++) {
      step.addToken(token);
      if (token != 1) {
        step.addOutput();
      }
    }
    Batch outputs = new Batch(3);

    outputs.takeWanted(step);

    assertThat(outputs.runCount()).isEqualTo(2);
    assertThat(outputs.run(1).firstPosition()).isEqualTo(2);
  }

  @Test
  void forgetsWhatItHeldBefore() {
    Batch outputs = step();
    long edition = outputs.edition();
    Batch none = new Batch(1);
    none.addRun(0, BLOCKS);
    none.addToken(1);

    outputs.takeWanted(none);

    assertThat(outputs.size()).isZero();
    assertThat(outputs.runCount()).isZero();
    assertThat(outputs.outputCount()).isZero();
    assertThat(outputs.edition()).isNotEqualTo(edition);
  }

  /// A run whose last two of three tokens are wanted, and one of which the only one is; between
  /// them one of which none is.
  private static Batch step() {
    Batch step = new Batch(2);
    step.addRun(4, BLOCKS);
    step.addToken(10);
    step.addToken(11);
    step.addOutput();
    step.addToken(12);
    step.addOutput();
    step.addRun(0, new int[] {9});
    step.addToken(15);
    step.addRun(40, OTHER_BLOCKS);
    step.addToken(20);
    step.addOutput();
    return step;
  }
}
