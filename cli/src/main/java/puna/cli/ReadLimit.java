package puna.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// How fast this machine reads memory with some threads: the bound of generating, which reads every
/// weight once a token.
///
/// @param memory where weights would be laid, in huge pages for instance
record ReadLimit(int threads, Function<Arena, SegmentAllocator> memory) {
  private static final long BYTES = 512L << 20; // far beyond any cache
  private static final int SLICE = 4 << 20;
  private static final int ROUNDS = 10; // the first ones compile the loop

  /// Bytes a second, the best of some rounds. What is read is freed again.
  double measure() throws InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = memory.apply(arena).allocate(BYTES, Long.BYTES);
      for (long at = 0; at < BYTES; at += Long.BYTES) {
        bytes.set(ValueLayout.JAVA_LONG, at, 1);
      }
      long best = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        readAll(bytes, threads);
        best = Math.min(best, System.nanoTime() - start);
      }
      return BYTES * 1e9 / best;
    }
  }

  private static void readAll(MemorySegment memory, int threads) throws InterruptedException {
    AtomicLong next = new AtomicLong();
    AtomicLong sum = new AtomicLong();
    CountDownLatch done = new CountDownLatch(threads);
    for (int thread = 0; thread < threads; thread++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            long all = 0;
            for (long at = next.getAndAdd(SLICE); at < BYTES; at = next.getAndAdd(SLICE)) {
              all += sum(memory.asSlice(at, SLICE));
            }
            sum.addAndGet(all);
            done.countDown();
          });
    }
    done.await();
    if (sum.get() != BYTES / Long.BYTES) {
      throw new IllegalStateException("memory does not hold what was written to it");
    }
  }

  private static long sum(MemorySegment slice) {
    long sum = 0;
    for (int i = 0; i < SLICE / Long.BYTES; i++) {
      sum += slice.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return sum;
  }
}
