package puna.backend.cpu;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import puna.Interleavings;

/// A caller and its workers share the chunks of one dispatch after the other.
///
/// The checker lets a thread that parks go on at any time, as the method's contract does, so that
/// it does not see a worker that nobody wakes: that is `WorkerPoolTest`'s to find.
class WorkerPoolInterleavingsTest {
  @Test
  void everyDispatchDoesEachOfItsChunksOnce() {
    Interleavings.explore(() -> twoDispatches(() -> pool(2)));
    Interleavings.requireFailure(() -> twoDispatches(PoolTwin.OfOldCounts::new));
    Interleavings.requireFailure(() -> twoDispatches(PoolTwin.OfLateTasks::new));
  }

  @Test
  void aChunkThatFailsIsToldOnceAndThePoolGoesOn() {
    Interleavings.explore(() -> failingDispatch(() -> pool(2)));
    Interleavings.requireFailure(() -> failingDispatch(PoolTwin.OfLateFailures::new));
  }

  private static void failingDispatch(Supplier<Pool> pools) {
    try (Pool pool = Interleavings.shared(pools.get())) {
      require(failure(pool).equals("chunk 1"), "another failure, or none");
      dispatch(pool, 2);
    }
  }

  private static String failure(Pool pool) {
    try {
      pool.run(
          2,
          chunk -> {
            if (chunk == 1) {
              throw new IllegalStateException("chunk 1");
            }
          });
      return "none";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void twoDispatches(Supplier<Pool> pools) {
    try (Pool pool = Interleavings.shared(pools.get())) {
      dispatch(pool, 2);
      dispatch(pool, 3);
    }
  }

  private static void dispatch(Pool pool, int chunks) {
    AtomicIntegerArray done = new AtomicIntegerArray(3);
    pool.run(chunks, done::incrementAndGet);
    for (int chunk = 0; chunk < done.length(); chunk++) {
      require(done.get(chunk) == (chunk < chunks ? 1 : 0), done);
    }
  }

  private static void require(boolean condition, Object found) {
    if (!condition) {
      throw new IllegalStateException("found " + found);
    }
  }

  private static Pool pool(int threads) {
    // the checker does not see threads of a method reference
    WorkerPool pool =
        Interleavings.shared(
            new WorkerPool(threads, arena -> arena, work -> new Thread(work, "worker")));
    return new Pool() {
      @Override
      public void run(int chunks, PoolTwin.Chunks work) {
        pool.run(chunks, (chunk, scratch) -> work.run(chunk));
      }

      @Override
      public void close() {
        pool.close();
      }
    };
  }

  /// What the pool and its twins have in common.
  interface Pool extends AutoCloseable {
    void run(int chunks, PoolTwin.Chunks work);

    @Override
    void close();
  }
}
