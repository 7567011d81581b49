package puna.server.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Counts the requests that are being answered, and closes behind them when the server stops.
/// Thread-safe.
public final class Doorway {
  private static final int SOON = 1; // seconds

  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private int inside;
  private boolean isClosed;

  /// @param most requests at the same time
  public Doorway(int most) {
    this.most = most;
  }

  /// Lets a request in, which must [#leave].
  ///
  /// @throws Failure when there are too many, or the server is being stopped
  public void enter() {
    lock.lock();
    try {
      if (isClosed) {
        throw Failure.stopping();
      }
      if (inside >= most) {
        throw Failure.of(Kind.BUSY, "the server answers %s requests already".formatted(most))
            .retryAfter(SOON);
      }
      inside++;
    } finally {
      lock.unlock();
    }
  }

  /// A request is over.
  public void leave() {
    lock.lock();
    try {
      inside--;
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Requests that are being answered.
  public int inside() {
    lock.lock();
    try {
      return inside;
    } finally {
      lock.unlock();
    }
  }

  /// Lets nobody in any more.
  public void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
  }

  /// Whether nobody is let in any more.
  public boolean isClosed() {
    lock.lock();
    try {
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until all are gone.
  ///
  /// @return false when some are still there after that time
  public boolean awaitEmpty(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    lock.lock();
    try {
      while (inside > 0) {
        long rest = end - System.nanoTime();
        if (rest <= 0) {
          return false;
        }
        boolean _ = left.await(rest, TimeUnit.NANOSECONDS);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
