package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A request's tokens, blocks and time.
class SequenceTest {
  @Test
  void isLateFromItsDeadlineOn() {
    Sequence sequence = sequence(5, 100, Optional.of(Duration.ofNanos(500)));
    assertThat(sequence.isLate(599)).isFalse();
    assertThat(sequence.isLate(600)).isTrue();
    assertThat(sequence.isLate(601)).isTrue();
  }

  @Test
  void isNeverLateWithoutADeadline() {
    Sequence sequence = sequence(5, 100, Optional.empty());
    assertThat(sequence.isLate(0)).isFalse();
    assertThat(sequence.isLate(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void aDeadlineThatNoClockCountsIsFarAway() {
    for (Duration age :
        new Duration[] {Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(1 << 16)}) {
      Sequence sequence = sequence(5, 100, Optional.of(age));
      assertThat(sequence.isLate(100)).as("%s", age).isFalse();
      assertThat(sequence.isLate(Long.MAX_VALUE / 8)).as("%s", age).isFalse();
    }
  }

  @Test
  void aDeadlineHoldsWhereTheClockTurnsOver() {
    Sequence sequence = sequence(5, Long.MAX_VALUE - 10, Optional.of(Duration.ofNanos(30)));
    assertThat(sequence.isLate(Long.MAX_VALUE)).isFalse();
    assertThat(sequence.isLate(Long.MIN_VALUE + 18)).isFalse();
    assertThat(sequence.isLate(Long.MIN_VALUE + 19)).isTrue();
  }

  @Test
  void proposalsStandBehindItsTokensUntilTheNextOneComes() {
    Sequence sequence = sequence(2, 0, Optional.empty());
    sequence.propose(new int[] {7, 8, 9}, 2);
    assertThat(sequence.size()).isEqualTo(2);
    assertThat(sequence.proposals()).isEqualTo(2);
    assertThat(sequence.proposed(1)).isEqualTo(-1);
    assertThat(sequence.proposed(2)).isEqualTo(7);
    assertThat(sequence.proposed(3)).isEqualTo(8);
    assertThat(sequence.proposed(4)).isEqualTo(-1);
    assertThat(sequence.token(3)).isEqualTo(8);
    sequence.keepProposals(1);
    assertThat(sequence.proposed(2)).isEqualTo(7);
    assertThat(sequence.proposed(3)).isEqualTo(-1);
    sequence.append(7);
    assertThat(sequence.size()).isEqualTo(3);
    assertThat(sequence.proposals()).isZero();
    assertThat(sequence.proposed(3)).isEqualTo(-1);
  }

  @Test
  void guessesMayGoBeyondWhatItWasExpectedToComeTo() {
    Sequence sequence = sequence(7, 0, Optional.empty());
    sequence.propose(new int[] {1, 2, 3, 4}, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(sequence.proposed(7 + i)).isEqualTo(1 + i);
    }
  }

  @Test
  void growsBeyondWhatItWasExpectedToComeTo() {
    Sequence sequence = sequence(3, 0, Optional.empty());
    for (int i = 0; i < 50; i++) {
      sequence.append(i);
    }
    assertThat(sequence.size()).isEqualTo(53);
    for (int i = 0; i < 50; i++) {
      assertThat(sequence.token(3 + i)).isEqualTo(i);
    }
  }

  @Test
  void comesToItsPromptAtLeast() {
    int[] prompt = Requests.prompt(1, 6);
    Sequence sequence =
        new Sequence(PromptContent.of(prompt), new Sequence.Growth(2, Terms.NONE, 0), task(), null);
    assertThat(sequence.most()).isEqualTo(6);
    assertThat(sequence(6, 0, Optional.empty()).most()).isEqualTo(8);
  }

  @Test
  void holdsAsManyBlocksAsItsPositionsTake() {
    BlockPool pool = new BlockPool(3, 4);
    Sequence sequence = sequence(10, 0, Optional.empty());
    assertThat(sequence.reserve(pool, 4)).isTrue();
    assertThat(sequence.blocks()).hasSize(1);
    assertThat(sequence.reserve(pool, 5)).isTrue();
    assertThat(sequence.blocks()).hasSize(2);
    assertThat(sequence.reserve(pool, 3)).isTrue();
    assertThat(sequence.blocks()).hasSize(2);
    assertThat(sequence.reserve(pool, 13)).isFalse();
    assertThat(sequence.blocks()).hasSize(2);
    assertThat(sequence.reserve(pool, 12)).isTrue();
    assertThat(sequence.blocks()).hasSize(3).doesNotHaveDuplicates();
    sequence.release(pool);
    assertThat(sequence.blocks()).isEmpty();
    assertThat(pool.available()).isEqualTo(3);
  }

  @Test
  void theOthersMayGoOnOnceAllOfTheirSharedPromptIsComputed() {
    BlockPool pool = new BlockPool(3, 4);
    SharedPrompt shared = new SharedPrompt(10);
    Sequence reader = sharing(shared);
    Sequence other = sharing(shared);
    reader.admitted();
    assertThat(reader.reserve(pool, 10)).isTrue();
    reader.advance(pool, 9);
    assertThat(other.isAdmissible()).isFalse();
    reader.advance(pool, 1);
    assertThat(other.isAdmissible()).isTrue();
  }

  @Test
  void anotherMayReadTheSharedPromptWhereTheReaderLeft() {
    SharedPrompt shared = new SharedPrompt(10);
    Sequence reader = sharing(shared);
    Sequence other = sharing(shared);
    reader.admitted();
    assertThat(reader.isAdmissible()).isTrue();
    assertThat(other.isAdmissible()).isFalse();
    reader.left();
    assertThat(other.isAdmissible()).isTrue();
  }

  @Test
  void remembersHowItsGuessesWent() {
    Sequence sequence = sequence(3, 0, Optional.empty());
    assertThat(sequence.guessed()).isEqualTo(Outcome.Guessed.NONE);
    sequence.acceptance().came(2, 5);
    sequence.acceptance().came(1, 1);
    assertThat(sequence.guessed()).isEqualTo(new Outcome.Guessed(2, 6, 3));
  }

  private static Sequence sequence(int tokens, long submitted, Optional<Duration> deadline) {
    Terms terms = new Terms(0, "", deadline, Guesses.NONE);
    return new Sequence(
        PromptContent.of(Requests.prompt(1, tokens)),
        new Sequence.Growth(8, terms, submitted),
        task(),
        null);
  }

  private static Sequence sharing(SharedPrompt shared) {
    return new Sequence(
        PromptContent.of(Requests.prompt(1, 10)),
        new Sequence.Growth(10, Terms.NONE, 0),
        task(),
        shared);
  }

  private static AnswerTask task() {
    return new AnswerTask(Requests.greedy(new int[] {1}, 4), new Collector(), 64, 32);
  }
}
