package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How many guesses a sequence gets, by what steps take and how its guesses went. A step of one
/// token takes 1000.
class AcceptanceTest {
  private static final Acceptance.Plan ALONE = new Acceptance.Plan(1, 1, 100);

  private final Acceptance acceptance = new Acceptance();

  @Test
  void guessesAsLongAsTheNextIsLikelierThanItCosts() {
    // the fourth comes true 13 times of 100, the fifth 8 times
    assertThat(acceptance.guesses(times(100), ALONE, 0)).isEqualTo(4);
    assertThat(acceptance.guesses(times(70), ALONE, 0)).isEqualTo(5);
    assertThat(acceptance.guesses(times(500), ALONE, 0)).isEqualTo(1);
  }

  @Test
  void aGuessThatCostsAsMuchAsItSavesIsNotMade() {
    assertThat(acceptance.guesses(times(600), ALONE, 0)).isZero();
    assertThat(new Acceptance().guesses(times(599), ALONE, 0)).isEqualTo(1);
  }

  @Test
  void theTimeOfGuessingCounts() {
    // the third comes true 22 times of 100
    assertThat(acceptance.guesses(times(100), ALONE, 100)).isEqualTo(3);
    assertThat(acceptance.guesses(times(100), ALONE, 499)).isEqualTo(1);
    assertThat(acceptance.guesses(times(100), ALONE, 501)).isZero();
  }

  @Test
  void guessesThatCostNothingAreAsManyAsThereMayBe() {
    assertThat(acceptance.guesses(times(0), ALONE, 0)).isEqualTo(Acceptance.MOST_GUESSES);
    assertThat(acceptance.guesses(times(0), new Acceptance.Plan(1, 1, 3), 0)).isEqualTo(3);
  }

  @Test
  void aSequenceThatMayNotGuessDoesNot() {
    assertThat(acceptance.guesses(times(0), new Acceptance.Plan(1, 1, 0), 0)).isZero();
    assertThat(new Acceptance().guesses(times(0), new Acceptance.Plan(1, 1, -1), 0)).isZero();
  }

  @Test
  void whoSharesAStepSavesItsShareAlone() {
    // a step of four takes 1300, its share 325
    assertThat(acceptance.guesses(times(100), new Acceptance.Plan(4, 4, 100), 0)).isEqualTo(2);
  }

  @Test
  void whatIsPlannedAlreadyCostsTheSameWithoutGuesses() {
    StepTimes steep = new StepTimes();
    for (int tokens = 1; tokens <= 64; tokens++) {
      steep.took(tokens <= 8 ? 1_000 : 1_000 + 550L * (tokens - 8), tokens);
    }
    assertThat(acceptance.guesses(steep, ALONE, 0)).isEqualTo(7);
    assertThat(acceptance.guesses(steep, new Acceptance.Plan(6, 1, 100), 0)).isEqualTo(2);
    assertThat(acceptance.guesses(steep, new Acceptance.Plan(8, 1, 100), 0)).isEqualTo(1);
  }

  @Test
  void guessesMoreWhereTheyCameTrueAndLessWhereTheyDidNot() {
    acceptance.came(1, 1); // 68 of 100
    assertThat(acceptance.guesses(times(150), ALONE, 0)).isEqualTo(4);
    acceptance.came(1, 2); // 74 and then 59
    assertThat(acceptance.guesses(times(150), ALONE, 0)).isEqualTo(3);
    acceptance.came(0, 3); // 48
    assertThat(acceptance.guesses(times(150), ALONE, 0)).isEqualTo(2);
  }

  @Test
  void countsGuessesAndThoseThatCame() {
    acceptance.came(3, 5);
    acceptance.came(0, 2);
    assertThat(acceptance.guessed()).isEqualTo(new Outcome.Guessed(2, 7, 3));
  }

  @Test
  void whatNeverPaysIsTriedAfterEverLongerRests() {
    assertThat(tries(times(1_000), 600)).containsExactly(9, 27, 61, 127, 257, 387, 517);
  }

  @Test
  void aTrialIsOfFourGuessesOrAsManyAsThereMayBe() {
    assertThat(firstTrial(100)).isEqualTo(4);
    assertThat(firstTrial(2)).isEqualTo(2);
    assertThat(firstTrial(-1)).isZero();
  }

  private static int firstTrial(int most) {
    Acceptance acceptance = new Acceptance();
    Acceptance.Plan plan = new Acceptance.Plan(1, 1, most);
    for (int token = 0; token < 9; token++) {
      assertThat(acceptance.guesses(times(1_000), plan, 0)).isZero();
    }
    return acceptance.guesses(times(1_000), plan, 0);
  }

  @Test
  void restsAreShortAgainOnceGuessesCameTrue() {
    StepTimes dear = times(1_000);
    assertThat(tries(dear, 128)).endsWith(127);
    acceptance.came(4, 4);
    assertThat(tries(dear, 20)).containsExactly(9);
  }

  @Test
  void afterARestAGuessCountsAsLikelyAsThreeOfTen() {
    for (int i = 0; i < 50; i++) {
      acceptance.came(0, 1);
    }
    StepTimes cheap = times(80);
    assertThat(acceptance.guesses(cheap, ALONE, 0)).isZero();
    for (int token = 0; token < 8; token++) {
      assertThat(acceptance.guesses(cheap, ALONE, 0)).isZero();
    }
    assertThat(acceptance.guesses(cheap, ALONE, 0)).isEqualTo(2); // 30 and 9 of 100
  }

  /// At which of so many tokens it guesses.
  private List<Integer> tries(StepTimes times, int tokens) {
    List<Integer> tries = new ArrayList<>();
    for (int token = 0; token < tokens; token++) {
      if (acceptance.guesses(times, ALONE, 0) > 0) {
        tries.add(token);
      }
    }
    return tries;
  }

  /// Times of steps of 1 to 64 tokens.
  private static StepTimes times(long perToken) {
    StepTimes times = new StepTimes();
    for (int tokens = 1; tokens <= 64; tokens++) {
      times.took(1_000 + perToken * (tokens - 1), tokens);
    }
    return times;
  }
}
