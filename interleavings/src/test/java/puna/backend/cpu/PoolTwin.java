package puna.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import puna.Interleavings;

/// The protocol of [WorkerPool] with one worker, which never sleeps, and open to mistakes.
abstract class PoolTwin implements WorkerPoolInterleavingsTest.Pool {
  final AtomicLong dispatch = new AtomicLong(); // limit in the high half, next chunk in the low
  final AtomicInteger finished = new AtomicInteger();
  final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  volatile @Nullable Chunks task;
  private volatile boolean closed;
  private final Thread worker = new Thread(this::work);

  /// Work by number.
  interface Chunks {
    void run(int chunk);
  }

  PoolTwin() {
    worker.start();
  }

  @Override
  public final void run(int chunks, Chunks work) {
    begin(chunks, work);
    workThrough();
    while (finished.get() < chunks) {
      Thread.onSpinWait();
    }
    RuntimeException failed = failure.getAndSet(null);
    if (failed != null) {
      throw failed;
    }
  }

  /// Makes the work known.
  void begin(int chunks, Chunks work) {
    finished.set(0);
    task = work;
    dispatch.set((long) chunks << 32);
  }

  /// Takes note of a chunk's end.
  void end(@Nullable RuntimeException failed) {
    if (failed != null) {
      failure.compareAndSet(null, failed);
    }
    finished.incrementAndGet();
  }

  private boolean hasWork() {
    long current = dispatch.get();
    return (int) current < (int) (current >>> 32);
  }

  private void workThrough() {
    while (hasWork()) {
      long claim = dispatch.getAndIncrement();
      if ((int) claim >= (int) (claim >>> 32)) {
        return;
      }
      Chunks mine = task;
      RuntimeException failed = null;
      try {
        if (mine != null) {
          mine.run((int) claim);
        }
      } catch (RuntimeException e) {
        failed = e;
      }
      end(failed);
    }
  }

  private void work() {
    while (!closed) {
      workThrough();
      Thread.onSpinWait();
    }
  }

  @Override
  public final void close() {
    closed = true;
    Interleavings.join(worker);
  }

  /// Counts what the dispatch before has finished.
  static final class OfOldCounts extends PoolTwin {
    @Override
    void begin(int chunks, Chunks work) {
      task = work;
      dispatch.set((long) chunks << 32);
    }
  }

  /// Gives chunks out before their task is known.
  static final class OfLateTasks extends PoolTwin {
    @Override
    void begin(int chunks, Chunks work) {
      finished.set(0);
      dispatch.set((long) chunks << 32);
      task = work;
    }
  }

  /// Counts a chunk before it tells that it failed.
  static final class OfLateFailures extends PoolTwin {
    @Override
    void end(@Nullable RuntimeException failed) {
      finished.incrementAndGet();
      if (failed != null) {
        failure.compareAndSet(null, failed);
      }
    }
  }
}
