package puna.engine;

import java.util.function.Consumer;
import java.util.function.Predicate;
import puna.error.OverloadedException;

/// Ends requests before their time and tells of it: those that were cancelled, that are late, or
/// that were kept waiting for too long. The engine's thread owns it.
final class Dismissals {
  private final Scheduler scheduler;
  private final QueueLimits queue;
  // Made once: a loop that made them would allocate at every step.
  private final Predicate<Sequence> cancelled = Sequence::isCancelled;
  private final Consumer<Sequence> endCancelled = this::endCancelled;
  private final Predicate<Sequence> late = this::isLate;
  private final Consumer<Sequence> endLate = this::endLate;
  private final Predicate<Sequence> keptWaiting = this::isKeptWaiting;
  private final Consumer<Sequence> failKeptWaiting = this::failKeptWaiting;
  private long now;

  Dismissals(Scheduler scheduler, QueueLimits queue) {
    this.scheduler = scheduler;
    this.queue = queue;
  }

  /// Ends whatever must end.
  ///
  /// @param time as the engine's clock counts
  void dismiss(long time) {
    now = time;
    scheduler.removeIf(cancelled, endCancelled);
    scheduler.removeIf(late, endLate);
    scheduler.removeWaitingIf(keptWaiting, failKeptWaiting);
  }

  /// Ends all requests, since the engine is closed.
  void dismissAll() {
    scheduler.removeIf(sequence -> true, sequence -> end(sequence, Ending.CLOSED));
  }

  private void endCancelled(Sequence sequence) {
    end(sequence, Ending.CANCELLED);
  }

  private boolean isLate(Sequence sequence) {
    return sequence.isLate(now);
  }

  private void endLate(Sequence sequence) {
    end(sequence, Ending.DEADLINE);
  }

  private boolean isKeptWaiting(Sequence sequence) {
    return !sequence.isStarted()
        && queue.time().isPresent()
        && now - sequence.submitted() > queue.time().get().toNanos();
  }

  private void failKeptWaiting(Sequence sequence) {
    fail(
        sequence,
        new OverloadedException(
            "a request may wait for %s ms, and nothing was begun for this one"
                .formatted(queue.time().orElseThrow().toMillis())));
  }

  private static void end(Sequence sequence, Ending ending) {
    try {
      sequence.task().abandoned(ending);
    } catch (Throwable e) {
      fail(sequence, e);
    }
  }

  /// Tells of a failure; one that cannot even be told is nobody else's.
  static void fail(Sequence sequence, Throwable cause) {
    try {
      sequence.task().failed(cause);
    } catch (Throwable _) {
      // its listener is broken, and there is nobody else to tell
    }
  }
}
