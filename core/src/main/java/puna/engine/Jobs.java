package puna.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.FutureTask;

/// What is to be done between two steps, for other threads that wait for it. Guarded by its own
/// monitor.
final class Jobs {
  private final Queue<FutureTask<?>> waiting = new ArrayDeque<>();

  synchronized void add(FutureTask<?> job) {
    waiting.add(job);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  private synchronized FutureTask<?> next() {
    return waiting.poll();
  }

  /// Does those that wait now. One that fails tells whoever waits for it.
  void run() {
    int count = size();
    for (int i = 0; i < count; i++) {
      FutureTask<?> job = next();
      if (job != null) {
        job.run();
      }
    }
  }

  private synchronized int size() {
    return waiting.size();
  }

  /// Tells all that wait that nothing will be done any more.
  void cancelAll() {
    for (FutureTask<?> job = next(); job != null; job = next()) {
      job.cancel(false);
    }
  }
}
