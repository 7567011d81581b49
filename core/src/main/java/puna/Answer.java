package puna;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A running answer: read it while it comes, wait for the whole, cancel it, ask how it went.
///
/// It runs whether or not anybody reads it, and keeps what came: every iterator, stream and
/// subscriber starts at the beginning, and all of them see the same. Whoever no longer wants it
/// closes it, else it runs to its end; one that is unreachable and was not closed is cancelled. All
/// methods may be called from any thread.
///
/// Those that wait throw an [puna.error.AnswerException] when the answer broke off, a
/// [puna.error.ContextFullException] where the options ask for it, an
/// [puna.error.AnswerInterruptedException] when the waiting thread is interrupted, which cancels
/// the answer too, and an `IllegalStateException` on the engine's own thread, which cannot wait for
/// itself.
///
/// @param <E> what it is read in while it comes
/// @param <R> the whole
public abstract sealed class Answer<E, R> implements Iterable<E>, AutoCloseable
    permits Generation, ChatAnswer {
  Answer() {}

  /// What has come from the beginning, then the rest, each as soon as it is there.
  @Override
  public abstract Iterator<E> iterator();

  /// The whole answer; waits for its end. What came of one that was cut short is whole in this
  /// sense: [#finishReason] says so.
  public abstract R await();

  /// Why the answer ended; waits for the end.
  public abstract FinishReason finishReason();

  /// Tokens that it took; waits for the end.
  public abstract Usage usage();

  /// Where its time went; waits for the end.
  public abstract Timings timings();

  /// True when nothing more will come.
  public abstract boolean isFinished();

  /// Ends the answer as soon as can be, also while a long prompt is read. Does nothing when it has
  /// ended.
  public abstract void cancel();

  /// Cancels the answer if it is still running.
  @Override
  public void close() {
    cancel();
  }

  /// Hands everything to `consumer` on the calling thread as soon as it is there; returns when the
  /// answer has ended. What the consumer throws cancels the answer.
  @Override
  public void forEach(Consumer<? super E> consumer) {
    for (E element : this) {
      hand(element, consumer);
    }
  }

  /// What [#iterator] gives, as a stream; its last operation waits on the calling thread.
  public Stream<E> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /// What [#iterator] gives, for reactive libraries. Each subscriber gets all of it from the
  /// beginning, as fast as it asks for it, on a virtual thread of its own. Cancelling a
  /// subscription, and what a subscriber throws, cancel the answer.
  public Flow.Publisher<E> publisher() {
    return new AnswerPublisher<>(this);
  }

  /// What [#await] gives, without waiting for it. Cancelling the future cancels the answer.
  public CompletableFuture<R> toCompletableFuture() {
    CompletableFuture<R> future = new CompletableFuture<>();
    CompletableFuture<R> _ =
        future.whenComplete((whole, failure) -> {
          if (future.isCancelled()) {
            cancel();
          }
        });
    Thread.ofVirtual()
        .name("puna-answer")
        .start(() -> {
          try {
            future.complete(await());
          } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /// Hands something of this answer on; a consumer that throws ends the answer.
  <T> void hand(T element, Consumer<? super T> consumer) {
    boolean done = false;
    try {
      consumer.accept(element);
      done = true;
    } finally {
      if (!done) {
        cancel();
      }
    }
  }
}
