package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Random;
import puna.WeightType;
import puna.quant.ConvertedTensor;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// How fast weights of bf16 are converted while they are read, by one thread, for each type that a
/// model may be opened with. No arguments.
public final class ConvertBench {
  private static final int COLUMNS = 2048;
  private static final int ROWS = 256;
  private static final long LEAST_NANOS = 500_000_000;

  private ConvertBench() {}

  public static void main(String[] arguments) {
    try (Arena arena = Arena.ofConfined()) {
      Tensor weights = weights(arena);
      System.out.println("type     MB/s of bf16   million weights/s");
      for (WeightType type : WeightType.values()) {
        Tensor converted = ConvertedTensor.of(weights, TensorType.valueOf(type.name()));
        if (type != WeightType.BF16) {
          report(type, converted, arena.allocate(converted.byteSize()));
        }
      }
    }
  }

  private static Tensor weights(Arena arena) {
    MemorySegment memory = arena.allocate(2L * COLUMNS * ROWS);
    Random random = new Random(1);
    for (long i = 0; i < (long) COLUMNS * ROWS; i++) {
      int bits = Float.floatToRawIntBits((float) random.nextGaussian() * 0.02f);
      memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >> 16));
    }
    return new Tensor("weights", TensorType.BF16, Shape.of(COLUMNS, ROWS), memory);
  }

  private static void report(WeightType type, Tensor converted, MemorySegment target) {
    double best = 0; // of several rounds, since others share the machine
    for (int round = 0; round < 4; round++) {
      long start = System.nanoTime();
      int runs = 0;
      while (System.nanoTime() - start < LEAST_NANOS) {
        converted.content().read(0, target);
        runs++;
      }
      best = Math.max(best, runs * (double) COLUMNS * ROWS / (System.nanoTime() - start));
    }
    System.out.printf(Locale.ROOT, "%-8s %12.0f %19.0f%n", type, 2000 * best, 1000 * best);
  }
}
