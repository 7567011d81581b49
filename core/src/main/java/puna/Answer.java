package puna;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// An answer that is being generated: stream it, wait for all of it, or cancel it.
///
/// There are four views of it: an iterator, a [Stream], a [Flow.Publisher] and a
/// [CompletableFuture]. Each starts at the beginning, whenever it is asked for, and all show the
/// same, because an answer keeps what was generated.
///
/// An answer is generated whether or not anybody reads it; close it when it is no longer wanted.
/// One that is garbage-collected without having been closed is cancelled. Thread-safe.
///
/// Methods that wait throw
///
/// - an [puna.error.AnswerException] when generating failed;
/// - a [puna.error.ContextFullException] when the context window is full and the options say
///   `OnContextFull.THROW`;
/// - an [puna.error.AnswerInterruptedException] when the waiting thread is interrupted, which also
///   cancels the answer;
/// - an `IllegalStateException` on the engine's own thread, which cannot wait for itself.
///
/// @param <E> what is streamed: events of a chat, pieces of raw text
/// @param <R> the complete result: a message, a text
public abstract sealed class Answer<E, R> implements Iterable<E>, AutoCloseable
    permits Generation, ChatAnswer {
  Answer() {}

  /// Everything from the beginning: what is there already at once, the rest as it is generated.
  /// `hasNext` and `next` block until there is more.
  @Override
  public abstract Iterator<E> iterator();

  /// The complete result; waits for the end. Where the answer was cut short it is what was
  /// generated until then; [#finishReason] tells.
  public abstract R await();

  /// Why the answer ended (the finish reason of other APIs); waits for the end.
  public abstract FinishReason finishReason();

  /// How many tokens it took; waits for the end.
  public abstract Usage usage();

  /// How long it took, and in which phase; waits for the end.
  public abstract Timings timings();

  /// How far the prompt has been processed. Does not wait: until the first step has worked on it,
  /// nothing of it has. The last part is done when the first token is drawn.
  public abstract PromptProgress promptProgress();

  /// True when nothing more will come. Does not wait.
  public abstract boolean isFinished();

  /// Ends the answer promptly, even while a long prompt is still being processed. Returns at once;
  /// does nothing when the answer has ended.
  public abstract void cancel();

  /// Cancels the answer if it is still running.
  @Override
  public void close() {
    cancel();
  }

  /// Passes everything to `consumer`, on the calling thread, as it is generated; returns when the
  /// answer has ended. An exception of the consumer cancels the answer and is thrown on.
  @Override
  public void forEach(Consumer<? super E> consumer) {
    for (E element : this) {
      hand(element, consumer);
    }
  }

  /// The elements of [#iterator] as a sequential stream. Its terminal operation blocks the calling
  /// thread.
  public Stream<E> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /// The elements of [#iterator] for reactive libraries. Each subscriber gets all of them from the
  /// beginning, no faster than it requests them (backpressure), on a virtual thread of its own.
  /// Cancelling a subscription, or an exception of a subscriber, cancels the answer.
  public Flow.Publisher<E> publisher() {
    return new AnswerPublisher<>(this);
  }

  /// A new future of what [#await] returns. Cancelling the future cancels the answer.
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
