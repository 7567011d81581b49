package puna.cli.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import puna.backend.cpu.CpuBackend;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.WorkerScratch;

/// How fast this machine reads memory with some threads: the bound of generating, which reads every
/// weight once a token. What is read lies where weights would, in huge pages for instance, and is
/// read by the back end's own loop.
record ReadLimit(int threads, CpuBackend backend) {
  private static final long BYTES = 512L << 20; // far beyond any cache
  private static final int SLICE = 4 << 20;
  private static final int ROUNDS = 10; // the first ones compile the loop, in some tiers

  /// Bytes a second, the best of some rounds. What is read is freed again.
  double measure() throws InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = backend.weightMemory(arena).allocate(BYTES, Long.BYTES);
      for (long at = 0; at < BYTES; at += Integer.BYTES) {
        bytes.set(ValueLayout.JAVA_INT, at, 1);
      }
      long best = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        readAll(bytes);
        best = Math.min(best, System.nanoTime() - start);
      }
      return BYTES * 1e9 / best;
    }
  }

  private void readAll(MemorySegment memory) throws InterruptedException {
    FloatKernels kernels = backend.kernelTable().floatKernels();
    AtomicLong next = new AtomicLong();
    AtomicInteger sum = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int thread = 0; thread < threads; thread++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (WorkerScratch scratch = new WorkerScratch()) {
              for (long at = next.getAndAdd(SLICE); at < BYTES; at = next.getAndAdd(SLICE)) {
                sum.addAndGet(kernels.sum(memory.asSlice(at, SLICE), scratch));
              }
            } finally {
              done.countDown();
            }
          });
    }
    done.await();
    if (sum.get() != BYTES / Integer.BYTES) {
      throw new IllegalStateException("memory does not hold what was written to it");
    }
  }
}
