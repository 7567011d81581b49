package puna.agent;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import puna.error.AnswerInterruptedException;

/// Runs code of others on a thread of its own, so that it can hold up nobody for longer than it
/// may.
final class OwnThread {
  static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private OwnThread() {}

  /// The code threw something.
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Throwable thrown;

    FailedException(Throwable thrown) {
      super(thrown);
      this.thrown = thrown;
    }

    /// What it threw; never an `Error`.
    Throwable thrown() {
      return thrown;
    }

    /// The same for callers who pass it on.
    RuntimeException unchecked(String interrupted) {
      return switch (thrown) {
        case RuntimeException e -> e;
        case InterruptedException e -> new AnswerInterruptedException(interrupted, e);
        default -> new IllegalStateException(thrown);
      };
    }
  }

  /// Returns what the code returns. It is interrupted when its time is over, or the caller is
  /// interrupted.
  ///
  /// @throws FailedException when it threw an exception; an `Error` is thrown on, for a machine
  ///   that fails is nobody's answer
  /// @throws AnswerInterruptedException when the calling thread is interrupted
  static <T> @Nullable T run(String name, Callable<T> code, Duration time)
      throws TimeoutException, FailedException {
    FutureTask<T> task = new FutureTask<>(code);
    Thread.ofVirtual().name(name).start(task);
    try {
      return task.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new FailedException(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted during the " + name, e);
    } finally {
      task.cancel(true);
    }
  }
}
