package puna.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import puna.error.OverloadedException;

/// Hands the texts of one call to the engine and waits for them in their order. A few of them wait
/// or run at a time, so that any number of texts leaves room for other callers.
final class Reader {
  private static final int TOGETHER = 64;

  private final Engine engine;
  private final Terms terms;
  private final long start = System.nanoTime();
  private final Deque<Pending> pending = new ArrayDeque<>();

  /// @param done is called on the waiting thread when the text was read
  private record Pending(Sequence sequence, CompletableFuture<Ending> end, Runnable done) {}

  /// @param terms of the call: its deadline is one for all texts
  Reader(Engine engine, Terms terms) {
    engine.requireOtherThread("wait for a text to be read");
    this.engine = engine;
    this.terms = terms;
  }

  /// Reads a text, now or soon.
  ///
  /// @param done is called when that is done, here or in `finish`
  /// @throws ScoringException when a text could not be read, or the time is over
  /// @throws OverloadedException when too many wait, and none of this call
  <T extends Task> void read(int[] tokens, Kind<T> kind, Consumer<T> done)
      throws InterruptedException {
    while (pending.size() >= TOGETHER) {
      awaitFirst();
    }
    T task = kind.make();
    Sequence sequence = null;
    while (sequence == null) {
      try {
        sequence = engine.read(tokens, task, termsLeft());
      } catch (OverloadedException e) {
        if (pending.isEmpty()) {
          throw e;
        }
        awaitFirst();
      }
    }
    pending.add(new Pending(sequence, kind.end(task), () -> done.accept(task)));
  }

  /// How a kind of task is made, and how it is known to have ended.
  interface Kind<T extends Task> {
    T make();

    CompletableFuture<Ending> end(T task);
  }

  /// Waits for all texts.
  void finish() throws InterruptedException {
    while (!pending.isEmpty()) {
      awaitFirst();
    }
  }

  /// Forgets what is not done.
  void cancel() {
    pending.forEach(text -> text.sequence.cancel());
  }

  private void awaitFirst() throws InterruptedException {
    Pending first = requireNonNull(pending.peek());
    try {
      switch (first.end.get()) {
        case COMPLETE -> first.done.run();
        case DEADLINE -> throw late();
        case CLOSED ->
            throw new IllegalStateException("the engine was closed while it read a text");
        default -> throw new IllegalStateException("a text was given up");
      }
    } catch (ExecutionException e) {
      throw new ScoringException(String.valueOf(e.getCause()), e.getCause());
    }
    pending.remove();
  }

  private Terms termsLeft() {
    if (terms.deadline().isEmpty()) {
      return terms;
    }
    Duration left = terms.deadline().get().minusNanos(System.nanoTime() - start);
    if (!left.isPositive()) {
      throw late();
    }
    return new Terms(terms.rank(), terms.caller(), Optional.of(left), terms.guesses());
  }

  private ScoringException late() {
    return new ScoringException(
        "the deadline of %s ms was over before all texts were read"
            .formatted(terms.deadline().orElseThrow().toMillis()),
        null);
  }
}
