package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Who is next of those that wait.
class WaitingTest {
  private static final long RANK_NANOS = 20_000_000_000L;

  private final Waiting waiting = new Waiting();
  private final CallerShares shares = new CallerShares();
  private long arrivals;

  @Test
  void noneIsNextWhereNoneWaits() {
    assertThat(waiting.next(0)).isNull();
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.size()).isZero();
  }

  @Test
  void theFirstThatCameIsNext() {
    Sequence first = add(0, "", 0, 1);
    add(0, "", 0, 1);
    assertThat(waiting.next(0)).isSameAs(first);
  }

  @Test
  void aHigherRankIsNext() {
    add(0, "", 0, 1);
    Sequence high = add(2, "", 0, 1);
    add(1, "", 0, 1);
    assertThat(waiting.next(0)).isSameAs(high);
  }

  @Test
  void ofOneRankTheCallerWhoWasServedLeastIsNext() {
    Sequence much = add(0, "much", 0, 1);
    Sequence less = add(0, "less", 0, 1);
    Sequence least = add(0, "least", 0, 1);
    much.share().read(3);
    less.share().read(2);
    assertThat(waiting.next(0)).isSameAs(least);
    least.share().read(4);
    assertThat(waiting.next(0)).isSameAs(less);
    Sequence high = add(1, "much", 0, 1); // a rank counts before that
    assertThat(waiting.next(0)).isSameAs(high);
  }

  @Test
  void whoHasWaitedLongCountsAsOfAHigherRank() {
    Sequence low = add(-1, "", 5_000_000_000L, 1);
    Sequence normal = add(0, "", 5_000_000_001L, 1);
    assertThat(waiting.next(low.submitted() + RANK_NANOS - 1)).isSameAs(normal);
    // the other one came later, and does not count as higher yet
    assertThat(waiting.next(low.submitted() + RANK_NANOS)).isSameAs(low);
    assertThat(waiting.next(normal.submitted() + RANK_NANOS)).isSameAs(normal);
  }

  @Test
  void whoComesBackStandsWhereItStood() {
    Sequence first = add(0, "", 0, 1);
    Sequence second = add(0, "", 0, 1);
    Sequence third = add(0, "", 0, 1);
    waiting.remove(first);
    waiting.remove(second);
    assertThat(waiting.next(0)).isSameAs(third);
    waiting.add(second);
    waiting.add(first);
    assertThat(waiting.all()).containsExactly(first, second, third);
  }

  @Test
  void countsTheTokensOfThoseThatWait() {
    Sequence three = add(0, "", 0, 3);
    Sequence five = add(0, "", 0, 5);
    assertThat(waiting.tokens()).isEqualTo(8);
    assertThat(waiting.size()).isEqualTo(2);
    assertThat(waiting.isEmpty()).isFalse();
    waiting.remove(three);
    waiting.remove(three); // it does not wait any more
    assertThat(waiting.tokens()).isEqualTo(5);
    waiting.remove(five);
    assertThat(waiting.tokens()).isZero();
  }

  private Sequence add(int rank, String caller, long submitted, int tokens) {
    int[] prompt = Requests.prompt(1, tokens);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 4), new Collector(), 64, 32);
    Terms terms = new Terms(rank, caller, Optional.empty(), Guesses.NONE);
    Sequence.Growth growth = new Sequence.Growth(tokens + 4, terms, submitted);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, answer, null);
    sequence.arrive(arrivals++, shares.arrive(caller));
    waiting.add(sequence);
    return sequence;
  }
}
