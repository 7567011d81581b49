package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;
import puna.backend.KvCache;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;

/// How long a step waits for memory as the KV cache fills: each block of a cache of SmolLM2 135M's
/// shape is written for the first time, and then again.
///
/// Usage: `CacheFillBench [BLOCKS [TIER]]` (default 300 blocks of 64 positions, the fastest tier).
/// The content is checked in the end.
public final class CacheFillBench {
  private CacheFillBench() {}

  public static void main(String[] arguments) {
    int blocks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    Optional<String> tier = arguments.length > 1 ? Optional.of(arguments[1]) : Optional.empty();
    KvShape shape = new KvShape(30, 3, 64, blocks, 64, KvType.F16);
    try (CpuBackend backend = new CpuBackend(1, tier);
        KvCache cache = backend.kvCache(shape);
        Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(shape.bytesPerBlock(), 64);
      fill(cache, block, "first");
      fill(cache, block, "again");
      MemorySegment read = arena.allocate(shape.bytesPerBlock(), 64);
      for (int at = 0; at < blocks; at++) {
        cache.readBlock(at, read);
        if (read.mismatch(block.fill((byte) at)) >= 0) {
          throw new IllegalStateException("block %s is not what was written".formatted(at));
        }
      }
    }
  }

  private static void fill(KvCache cache, MemorySegment block, String name) {
    Percentiles times = new Percentiles();
    double all = 0;
    for (int at = 0; at < cache.shape().blocks(); at++) {
      block.fill((byte) at);
      long start = System.nanoTime();
      cache.writeBlock(at, block);
      double took = (System.nanoTime() - start) / 1e6;
      times.add(took);
      all += took;
    }
    System.out.printf(
        Locale.ROOT,
        "%s: ms a block of %.2f MB, p50, p99, longest: %s, in all %.0f%n",
        name,
        block.byteSize() / 1e6,
        times.toString(),
        all);
  }
}
