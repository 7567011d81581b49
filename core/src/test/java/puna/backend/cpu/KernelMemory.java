package puna.backend.cpu;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// The memory of each test of kernels, and a worker's that is exactly as large as it is asked for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KernelMemory {
  Arena arena = Arena.ofAuto();
  WorkerScratch scratch = WorkerScratch.exactIn(arena);

  /// All memory of one test, which may look after it when it is closed.
  protected Arena memory() {
    return Arena.ofShared();
  }

  @BeforeEach
  void reserve() {
    arena = memory();
    scratch = WorkerScratch.exactIn(arena);
  }

  @AfterEach
  void release() {
    arena.close();
  }
}
