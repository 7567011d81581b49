package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void doesEveryChunkOnceInEveryDispatch(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int round = 0; round < 2_000; round++) {
        int chunks = round % 37;
        AtomicIntegerArray done = new AtomicIntegerArray(Math.max(1, chunks));
        pool.run(chunks, (chunk, scratch) -> done.incrementAndGet(chunk));
        for (int chunk = 0; chunk < chunks; chunk++) {
          assertThat(done.get(chunk)).as("round %d, chunk %d", round, chunk).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void wakesParkedWorkers() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int round = 0; round < 5; round++) {
        Thread.sleep(Duration.ofMillis(20));
        AtomicIntegerArray done = new AtomicIntegerArray(100);
        pool.run(100, (chunk, scratch) -> done.incrementAndGet(chunk));
        for (int chunk = 0; chunk < 100; chunk++) {
          assertThat(done.get(chunk)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void rethrowsAFailureAndStaysUsable() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThatThrownBy(() ->
              pool.run(
                  50,
                  (chunk, scratch) -> {
                    if (chunk == 31) {
                      throw new IllegalStateException("chunk 31");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("chunk 31");
      AtomicIntegerArray done = new AtomicIntegerArray(8);
      pool.run(8, (chunk, scratch) -> done.incrementAndGet(chunk));
      assertThat(done.get(7)).isEqualTo(1);
    }
  }

  @Test
  void usesNoProcessorTimeWhileIdle() throws InterruptedException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    try (WorkerPool pool = new WorkerPool(4)) {
      pool.run(100, (chunk, scratch) -> {});
      List<Thread> workers =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !others.contains(thread))
              .filter(thread -> thread.getName().startsWith("puna-worker-"))
              .toList();
      assertThat(workers).hasSize(3);
      Thread.sleep(Duration.ofMillis(200)); // they spin for some milliseconds first
      long before = cpuNanos(threads, workers);
      Thread.sleep(Duration.ofMillis(500));
      assertThat(cpuNanos(threads, workers) - before).isLessThan(50_000_000L);
    }
  }

  private static long cpuNanos(ThreadMXBean threads, List<Thread> workers) {
    return workers.stream().mapToLong(thread -> threads.getThreadCpuTime(thread.threadId())).sum();
  }

  @Test
  void refusesWorkAfterClose() {
    WorkerPool pool = new WorkerPool(2);
    pool.close();
    assertThatThrownBy(() -> pool.run(2, (chunk, scratch) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void refusesFewerThanOneThread() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorkerPool(0))
        .withMessageContaining("found 0");
  }
}
