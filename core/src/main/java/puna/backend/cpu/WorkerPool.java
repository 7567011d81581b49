package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.backend.Threads;

/// A few platform threads that share the chunks of one task at a time, the calling thread among
/// them.
///
/// Chunks are handed out by one atomic counter, so that a core slowed by a neighbour does not hold
/// up the others. Workers spin briefly between tasks, since a step makes hundreds of dispatches,
/// and then park: a pool that has been idle for some milliseconds uses no CPU.
public final class WorkerPool implements AutoCloseable {
  /// Spins between two looks at the clock: some microseconds.
  private static final int SPINS_AT_ONCE = 64;

  /// Longer than the gaps between dispatches of a step: from here on a core is offered to others.
  private static final long NANOS_BEFORE_YIELDING = 50_000;

  /// Longer than the gaps between steps, where tokens are drawn.
  private static final long NANOS_BEFORE_PARKING = 2_000_000;

  // Places in `words`: far from each other and from the array's ends, so that each has a cache line
  // of its own and the threads that wait for one do not slow those down that change the other.
  private static final int DISPATCH = 16;
  private static final int FINISHED = 32;
  private static final int WORDS = 48;

  // DISPATCH: the dispatch in one word, so that a claim sees one dispatch's limit and counter
  // together: limit in the high half, next chunk in the low half. A late worker that claims from a
  // finished dispatch gets a chunk at or above its limit and does nothing.
  // FINISHED: the chunks that are done.
  private final AtomicLongArray words = new AtomicLongArray(WORDS);
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
    this(threads, arena -> arena);
  }

  /// @param memory where large scratch is laid, to be freed with the arena
  public WorkerPool(int threads, Function<Arena, SegmentAllocator> memory) {
    this(threads, memory, Thread.ofPlatform().daemon().name("puna-worker-", 1).factory());
  }

  /// @param factory of the threads beside the caller
  WorkerPool(int threads, Function<Arena, SegmentAllocator> memory, ThreadFactory factory) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, found " + threads);
    }
    workers = new Worker[threads - 1];
    scratch = new WorkerScratch[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new WorkerScratch(i, memory);
    }
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(scratch[i + 1]);
    }
    try {
      for (Worker worker : workers) {
        start(worker, factory);
      }
    } catch (OutOfMemoryError e) {
      close(); // the threads that the system did give
      throw e;
    }
  }

  private static void start(Worker worker, ThreadFactory factory) {
    Thread thread = factory.newThread(worker);
    thread.start();
    worker.thread = thread;
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
    words.set(FINISHED, 0);
    task = work;
    words.set(DISPATCH, (long) chunks << 32);
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

  private boolean hasWork() {
    long current = words.get(DISPATCH);
    return (int) current < (int) (current >>> 32);
  }

  /// Claims and does chunks until none is left.
  private void workThrough(WorkerScratch mine) {
    while (true) {
      long claim = words.get(DISPATCH);
      if ((int) claim >= (int) (claim >>> 32)) {
        return;
      }
      claim = words.getAndIncrement(DISPATCH);
      int chunk = (int) claim;
      if (chunk >= (int) (claim >>> 32)) {
        return;
      }
      // The claimed chunk keeps its dispatch from ending, so this is its task.
      runChunk(Objects.requireNonNull(task), chunk, mine);
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
      words.incrementAndGet(FINISHED);
    }
  }

  // Yields after a while: with more runnable threads than cores, the chunk that is missing may wait
  // for this very core.
  @SuppressWarnings("ThreadPriorityCheck")
  private void awaitOthers(int chunks) {
    long start = 0;
    for (int spins = 0; words.get(FINISHED) < chunks; spins++) {
      Thread.onSpinWait();
      if (spins % SPINS_AT_ONCE == SPINS_AT_ONCE - 1) {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > NANOS_BEFORE_YIELDING) {
          Thread.yield();
        }
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
      Thread thread = worker.thread;
      if (thread != null) {
        Threads.join(thread);
      }
    }
    for (WorkerScratch each : scratch) {
      each.close();
    }
  }

  private final class Worker implements Runnable {
    private final WorkerScratch mine;
    private @Nullable Thread thread;
    private volatile boolean parked;

    Worker(WorkerScratch mine) {
      this.mine = mine;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        workThrough(mine);
        if (!awaitWork()) {
          park();
        }
      }
    }

    /// Spins until there is something to do; false when nothing came for a while.
    @SuppressWarnings("ThreadPriorityCheck")
    private boolean awaitWork() {
      long start = System.nanoTime();
      while (!closed) {
        for (int spin = 0; spin < SPINS_AT_ONCE; spin++) {
          if (hasWork()) {
            return true;
          }
          Thread.onSpinWait();
        }
        long idle = System.nanoTime() - start;
        if (idle > NANOS_BEFORE_PARKING) {
          return false;
        }
        if (idle > NANOS_BEFORE_YIELDING) {
          Thread.yield();
        }
      }
      return true;
    }

    private void park() {
      parked = true;
      // Look again after raising the flag: a dispatch made before it was seen would not have woken
      // this worker.
      if (!hasWork() && !closed) {
        LockSupport.park(this);
      }
      parked = false;
    }
  }
}
