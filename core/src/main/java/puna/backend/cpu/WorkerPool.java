package puna.backend.cpu;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A few platform threads that share the chunks of one task at a time, the calling thread among
/// them.
///
/// Chunks are handed out by one atomic counter, so that a core slowed by a neighbour does not hold
/// up the others. Workers spin briefly between tasks, since a step makes hundreds of dispatches,
/// and then park: an idle pool uses no CPU.
public final class WorkerPool implements AutoCloseable {
  /// About 50 microseconds of spinning: longer than the gaps inside a step, shorter than anyone
  /// notices.
  private static final int SPINS_BEFORE_PARKING = 5_000;

  // The dispatch in one word, so that a claim sees one dispatch's limit and counter together: limit
  // in the high half, next chunk in
  // the low half. A late worker that claims from a finished dispatch gets a chunk at or above its
  // limit and does nothing.
  private final AtomicLong dispatch = new AtomicLong();
  private final AtomicInteger finishedChunks = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private final WorkerScratch[] scratch;
  private volatile boolean closed;
  private volatile @Nullable Task task;

  /// A piece of work that can be done chunk by chunk, in any order, by several threads.
  @FunctionalInterface
  public interface Task {
    /// Does chunk `chunk`, with `scratch` of the worker that does it.
    void run(int chunk, WorkerScratch scratch);
  }

  /// @param threads all threads that compute, the caller included
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, found " + threads);
    }
    workers = new Worker[threads - 1];
    scratch = new WorkerScratch[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new WorkerScratch();
    }
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(scratch[i + 1]);
      Thread thread =
          Thread.ofPlatform().daemon().name("puna-worker-" + (i + 1)).unstarted(workers[i]);
      workers[i].thread = thread;
      thread.start();
    }
  }

  public int threads() {
    return scratch.length;
  }

  /// The scratch of the thread that calls `run`, for work that is not worth splitting.
  WorkerScratch scratch() {
    return scratch[0];
  }

  /// Runs chunks `0 … chunks−1` of `work` and returns when all are done. One caller at a time.
  public void run(int chunks, Task work) {
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    if (chunks == 1 || workers.length == 0) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        work.run(chunk, scratch[0]);
      }
      return;
    }
    finishedChunks.set(0);
    task = work;
    dispatch.set((long) chunks << 32);
    for (Worker worker : workers) {
      worker.wake();
    }
    workThrough(scratch[0]);
    awaitOthers(chunks);
    task = null;
    Throwable failed = failure.getAndSet(null);
    if (failed != null) {
      rethrow(failed);
    }
  }

  private static void rethrow(Throwable failed) {
    switch (failed) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException(failed);
    }
  }

  /// Claims and does chunks until none is left. Returns false when there was nothing to do.
  private boolean workThrough(WorkerScratch mine) {
    boolean worked = false;
    while (true) {
      long claim = dispatch.get();
      if ((int) claim >= (int) (claim >>> 32)) {
        return worked;
      }
      claim = dispatch.getAndIncrement();
      int chunk = (int) claim;
      if (chunk >= (int) (claim >>> 32)) {
        return worked;
      }
      // The claimed chunk keeps its dispatch from ending, so this is its task.
      runChunk(Objects.requireNonNull(task), chunk, mine);
      worked = true;
    }
  }

  private void runChunk(Task work, int chunk, WorkerScratch mine) {
    try {
      work.run(chunk, mine);
    } catch (RuntimeException | Error e) {
      // A chunk that fails must still count as finished, or the caller would wait for ever; it
      // rethrows the first failure.
      failure.compareAndSet(null, e);
    } finally {
      finishedChunks.incrementAndGet();
    }
  }

  // Yields after a while: with more runnable threads than cores, the chunk that is missing may wait
  // for this very core.
  @SuppressWarnings("ThreadPriorityCheck")
  private void awaitOthers(int chunks) {
    int spins = 0;
    while (finishedChunks.get() < chunks) {
      if (++spins < SPINS_BEFORE_PARKING) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /// Ends the workers. No task may be running.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      worker.wake();
    }
    for (Worker worker : workers) {
      joinUninterruptibly(worker.thread());
    }
    for (WorkerScratch each : scratch) {
      each.close();
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker implements Runnable {
    private final WorkerScratch mine;
    private @Nullable Thread thread;
    private volatile boolean parked;

    Worker(WorkerScratch mine) {
      this.mine = mine;
    }

    Thread thread() {
      return Objects.requireNonNull(thread);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      int idleSpins = 0;
      while (!closed) {
        if (workThrough(mine)) {
          idleSpins = 0;
        } else if (++idleSpins < SPINS_BEFORE_PARKING) {
          Thread.onSpinWait();
        } else {
          park();
          idleSpins = 0;
        }
      }
    }

    private void park() {
      parked = true;
      // Look again after raising the flag: a dispatch made before it was seen would not have woken
      // this worker.
      long current = dispatch.get();
      if ((int) current >= (int) (current >>> 32) && !closed) {
        LockSupport.park(this);
      }
      parked = false;
    }
  }
}
