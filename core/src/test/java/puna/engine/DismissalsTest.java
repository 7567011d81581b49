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

  @Test
  void whereNoTimeIsSetAllMayWait() {
    add(0, new Collector());
    scheduler.next();
    Sequence waits = add(0, new Collector());
    new Dismissals(scheduler, QueueLimits.DEFAULT).dismiss(Long.MAX_VALUE);
    assertThat(waits.isGone()).isFalse();
  }

  @Test
  void whoIsCancelledOrLateEndsRunningOrNot() throws Exception {
    Collector cancelled = new Collector();
    Collector late = new Collector();
    Collector goesOn = new Collector();
    Sequence running = add(terms(1, Optional.empty()), cancelled);
    scheduler.next();
    add(terms(0, Optional.of(Duration.ofNanos(20))), late);
    Sequence other = add(terms(0, Optional.of(Duration.ofNanos(21))), goesOn);
    running.cancel();
    dismissals.dismiss(120);
    assertThat(cancelled.await().ending()).isEqualTo(Ending.CANCELLED);
    assertThat(late.await().ending()).isEqualTo(Ending.DEADLINE);
    assertThat(goesOn.hasEnded()).isFalse();
    assertThat(other.isGone()).isFalse();
  }

  @Test
  void closingEndsAllAlsoWhereOneOfThemThrows() throws Exception {
    Collector broken =
        new Collector() {
          @Override
          public synchronized void ended(String rest, Outcome end) {
            throw new IllegalStateException("nobody there");
          }
        };
    Collector waits = new Collector();
    add(0, broken);
    scheduler.next();
    add(0, waits);
    dismissals.dismissAll();
    assertThatThrownBy(broken::await).hasRootCauseMessage("nobody there");
    assertThat(waits.await().ending()).isEqualTo(Ending.CLOSED);
    assertThat(scheduler.isIdle()).isTrue();
  }

  private Sequence add(int rank, Collector listener) {
    return add(terms(rank, Optional.empty()), listener);
  }

  private static Terms terms(int rank, Optional<Duration> deadline) {
    return new Terms(rank, "", deadline, Guesses.NONE);
  }

  /// Submitted at 100.
  private Sequence add(Terms terms, Collector listener) {
    int[] prompt = Requests.prompt(1, 6);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 4), listener, 64, 32);
    Sequence.Growth growth = new Sequence.Growth(10, terms, 100);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, answer, null);
    scheduler.add(sequence);
    return sequence;
  }
}
