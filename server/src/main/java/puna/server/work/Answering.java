package puna.server.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import puna.Answer;
import puna.FinishReason;
import puna.Timings;
import puna.Usage;
import puna.error.AnswerInterruptedException;
import puna.server.wire.Call;
import puna.server.wire.Failure;

/// Waits for answers on behalf of a client that may go at any time: then they are cancelled.
public final class Answering {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1); // no client wants less

  private Answering() {}

  /// Takes what a stream of answers brings.
  public interface Sink<E> {
    /// The next element of an answer.
    void element(int answer, E element);

    /// An answer has ended by itself.
    void end(int answer);

    /// Nothing came for a while: called a few times a second from then on.
    void idle();

    /// How long nothing may come until [#idle] is called.
    default Duration patience() {
      return PATIENCE;
    }

    /// Nothing more is there at this moment: what was written should be sent.
    void flush();
  }

  /// Passes all elements of all answers on, as they are generated.
  ///
  /// @throws puna.server.wire.AbandonedException when the client has gone
  public static <E> void stream(Call call, List<? extends Answer<E, ?>> answers, Sink<E> sink) {
    call.record().answering();
    long start = System.nanoTime();
    try (Watch watch = new Watch(call, sink, answers)) {
      boolean isFirst = true;
      try (Feed<E> feed = Feed.of(answers)) {
        while (feed.isOpen()) {
          Feed.Piece<E> piece = feed.next();
          watch.requirePresent();
          requireOpen(piece, answers);
          watch.write(() -> {
            pass(piece, sink);
            if (feed.isEmpty()) {
              sink.flush();
            }
          });
          if (isFirst) {
            call.record().firstToken(System.nanoTime() - start);
            isFirst = false;
          }
        }
      }
    }
    answers.forEach(answer -> took(call, answer.timings(), answer == answers.getFirst()));
  }

  /// Nobody but this cancels answers, and not before their end: one that ends so was cut off by the
  /// closing of its model, and must not look like a whole one.
  private static <E> void requireOpen(Feed.Piece<E> piece, List<? extends Answer<E, ?>> answers) {
    if (piece.isEnd()
        && piece.failure() == null
        && answers.get(piece.answer()).finishReason() == FinishReason.CANCELLED) {
      throw Failure.stopping();
    }
  }

  private static <E> void pass(Feed.Piece<E> piece, Sink<E> sink) {
    E element = piece.element();
    if (element != null) {
      sink.element(piece.answer(), element);
    } else {
      switch (piece.failure()) {
        case null -> sink.end(piece.answer());
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }

  /// Waits for the end of all answers.
  ///
  /// @throws puna.server.wire.AbandonedException when the client has gone
  public static <E> void await(Call call, List<? extends Answer<E, ?>> answers) {
    stream(
        call,
        answers,
        new Sink<E>() {
          @Override
          public void element(int answer, E element) {}

          @Override
          public void end(int answer) {}

          @Override
          public void idle() {}

          @Override
          public void flush() {}
        });
  }

  /// Computes something that waits, on a thread of its own, and interrupts it when the client goes.
  ///
  /// @throws puna.server.wire.AbandonedException when the client has gone
  public static <T> T whilePresent(Call call, Callable<T> work) {
    call.record().answering();
    FutureTask<T> task = new FutureTask<>(work);
    Thread _ = Thread.ofVirtual().name("puna-work").start(task);
    try {
      while (true) {
        try {
          return task.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          call.requirePresent();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while a request was worked on", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      boolean _ = task.cancel(true);
    }
  }

  private static void took(Call call, Timings timings, boolean isFirst) {
    Usage usage = timings.usage();
    call.record().spent(isFirst ? timings.promptNanos() : 0, timings.decodeNanos());
    call.record().guessed(timings.drafts(), timings.guessedTokens(), timings.acceptedTokens());
    call.record()
        .took(
            isFirst ? usage.promptTokens() : 0,
            isFirst ? usage.cachedTokens() : 0,
            usage.completionTokens());
  }
}
