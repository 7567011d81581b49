package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.error.OverloadedException;

/// Who is sent away, and when.
class DismissalsTest {
  private final Scheduler scheduler =
      new Scheduler(new BlockPool(8, 4), new Scheduler.Limits(12, 4, 1));
  private final Dismissals dismissals =
      new Dismissals(scheduler, new QueueLimits(10, 100, Optional.of(Duration.ofNanos(500))));

  @Test
  void whoWaitsForAFirstPlaceIsSentAwayWhenTheTimeIsOver() {
    add(0, new Collector());
    scheduler.next();
    Collector waits = new Collector();
    Sequence sequence = add(0, waits);
    dismissals.dismiss(600);
    assertThat(sequence.isGone()).isFalse();
    dismissals.dismiss(601);
    assertThat(sequence.isGone()).isTrue();
    assertThatThrownBy(waits::await).hasCauseInstanceOf(OverloadedException.class);
  }

  @Test
  void whoLostItsPlaceToAHigherRankMayWaitForAsLongAsItTakes() {
    Collector heard = new Collector();
    Sequence low = add(0, heard);
    scheduler.next();
    add(1, new Collector());
    scheduler.next();
    assertThat(low.blocks()).isEmpty();
    dismissals.dismiss(10_000);
    assertThat(low.isGone()).isFalse();
    assertThat(heard.hasEnded()).isFalse();
  }

  /// Submitted at 100.
  private Sequence add(int rank, Collector listener) {
    int[] prompt = Requests.prompt(1, 6);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 4), listener, 64, 32);
    Terms terms = new Terms(rank, "", Optional.empty(), Guesses.NONE);
    Sequence.Growth growth = new Sequence.Growth(10, terms, 100);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, answer, null);
    scheduler.add(sequence);
    return sequence;
  }
}
