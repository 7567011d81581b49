package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What steps take, where some numbers of tokens were tried and others were not.
class StepTimesTest {
  private final StepTimes times = new StepTimes();

  @Test
  void takeNothingWhereNoneIsKnown() {
    assertThat(times.of(1)).isZero();
    assertThat(times.of(1_000)).isZero();
  }

  @Test
  void areThoseOfTheOnlyOneThatIsKnown() {
    times.took(100, 5);
    assertThat(times.of(1)).isEqualTo(100);
    assertThat(times.of(5)).isEqualTo(100);
    assertThat(times.of(1_000)).isEqualTo(100);
  }

  @Test
  void lieOnALineBetweenThoseThatAreKnown() {
    times.took(100, 2);
    times.took(160, 5);
    assertThat(times.of(1)).isEqualTo(100);
    assertThat(times.of(2)).isEqualTo(100);
    assertThat(times.of(3)).isEqualTo(120);
    assertThat(times.of(4)).isEqualTo(140);
    assertThat(times.of(5)).isEqualTo(160);
    assertThat(times.of(6)).isEqualTo(160);
  }

  @Test
  void forgetWhatIsLongAgo() {
    times.took(100, 2);
    times.took(200, 2);
    assertThat(times.of(2)).isEqualTo(120);
    times.took(120, 2);
    assertThat(times.of(2)).isEqualTo(120);
  }

  @Test
  void followFasterStepsSoonerThanSlowerOnes() {
    times.took(900, 2); // the first of a size may be slow
    times.took(100, 2);
    assertThat(times.of(2)).isEqualTo(500);
    times.took(1_000, 2);
    assertThat(times.of(2)).isEqualTo(600);
  }

  @Test
  void endWithStepsOf256Tokens() {
    times.took(100, 1);
    times.took(900, 257); // larger ones are not counted
    assertThat(times.of(257)).isEqualTo(100);
    times.took(355, 256);
    assertThat(times.of(256)).isEqualTo(355);
    assertThat(times.of(300)).isEqualTo(355);
    assertThat(times.of(255)).isEqualTo(354);
  }
}
