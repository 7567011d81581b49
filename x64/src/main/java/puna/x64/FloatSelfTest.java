package puna.x64;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.Visibility;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatKernels.Norm;
import puna.backend.cpu.FloatKernels.Rotation;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.backend.cpu.scalar.ScalarKernels;

/// Compares the loops that are no matrix products with their scalar twins, before they are offered.
final class FloatSelfTest {
  private static final long SEED = 5;
  private static final int HEAD_SIZE = 64;
  private static final int GROUP = 3;
  private static final int KV_HEADS = 2;
  private static final int WIDTH = HEAD_SIZE * GROUP * KV_HEADS + 5; // with a tail

  /// The largest squared error over the mean square of all values: as in `SelfTest`.
  private static final double LARGEST_ERROR = 1e-2;

  private final FloatKernels twin = new ScalarKernels().floatKernels().orElseThrow();

  /// One loop on numbers that are drawn from a seed.
  private record Check(String name, Function<FloatKernels, FloatMatrix> run) {}

  /// What is wrong with the loops, for people; empty when they agree.
  Optional<String> fault(FloatKernels kernels) {
    try (Arena arena = Arena.ofShared();
        WorkerScratch scratch = new WorkerScratch()) {
      for (Check check : checks(new Bench(arena, scratch))) {
        double error = error(check.run().apply(twin), check.run().apply(kernels));
        // Written so that not-a-number is a fault as well.
        if (!(error <= LARGEST_ERROR)) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s: the largest relative squared error is %.1e",
                  check.name(),
                  error));
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("it fails: " + e);
    }
  }

  private static List<Check> checks(Bench bench) {
    return List.of(
        new Check("RMSNorm", bench::rmsNorm),
        new Check("RoPE", bench::rope),
        new Check("SwiGLU", bench::swiglu),
        new Check("addition", bench::add),
        new Check("attention of one token", kernels -> bench.attention(kernels, 1)),
        new Check("attention of many tokens", kernels -> bench.attention(kernels, 37)),
        new Check(
            "attention to keys of eight bits and values of four",
            kernels -> bench.attention(kernels, 1, KvType.Q8_0, KvType.Q4_0)),
        new Check(
            "attention to keys of four bits and values of eight",
            kernels -> bench.attention(kernels, 37, KvType.Q4_0, KvType.Q8_0)));
  }

  private static double error(FloatMatrix expected, FloatMatrix found) {
    double largest = 0;
    double power = 0;
    long values = (long) expected.tokens() * expected.width();
    for (int token = 0; token < expected.tokens(); token++) {
      for (int i = 0; i < expected.width(); i++) {
        double right = get(expected, token, i);
        double difference = get(found, token, i) - right;
        // Math.max keeps what is not a number.
        largest = Math.max(largest, difference * difference);
        power += right * right;
      }
    }
    return largest / (power / values);
  }

  private static float get(FloatMatrix matrix, int token, int i) {
    return matrix.data().get(ValueLayout.JAVA_FLOAT, matrix.offset(token) + (long) i * Float.BYTES);
  }

  /// What the checks work with.
  private record Bench(Arena arena, WorkerScratch scratch) {
    FloatMatrix rmsNorm(FloatKernels kernels) {
      FloatMatrix out = new FloatMatrix(arena, 1, WIDTH);
      Norm norm = new Norm(floats(WIDTH, new Random(SEED)), 1e-5f);
      kernels.rmsNorm(out, random(1, WIDTH), 0, norm, scratch);
      return out;
    }

    FloatMatrix rope(FloatKernels kernels) {
      FloatMatrix x = random(2, HEAD_SIZE * KV_HEADS);
      Random random = new Random(SEED);
      Rotation rotation = new Rotation(floats(HEAD_SIZE, random), floats(HEAD_SIZE, random));
      kernels.rope(x, 1, HEAD_SIZE, rotation, scratch);
      return x;
    }

    FloatMatrix swiglu(FloatKernels kernels) {
      FloatMatrix gate = random(1, WIDTH);
      kernels.swiglu(gate, random(1, WIDTH), 0, scratch);
      return gate;
    }

    FloatMatrix add(FloatKernels kernels) {
      FloatMatrix x = random(1, WIDTH);
      kernels.add(x, random(1, WIDTH), 0, scratch);
      return x;
    }

    /// Stores keys and values of two blocks, and attends to them at the last `tokens` positions.
    FloatMatrix attention(FloatKernels kernels, int tokens) {
      return attention(kernels, tokens, KvType.F16, KvType.F16);
    }

    FloatMatrix attention(FloatKernels kernels, int tokens, KvType keyType, KvType valueType) {
      int blockPositions = 64;
      int positions = blockPositions + 13;
      KvShape shape = new KvShape(1, KV_HEADS, HEAD_SIZE, 2, blockPositions, keyType, valueType);
      KvSlab keys = slab(shape, keyType);
      KvSlab values = slab(shape, valueType);
      FloatMatrix stored = random(positions, KV_HEADS * HEAD_SIZE);
      for (int position = 0; position < positions; position++) {
        int slot = (position + blockPositions) % (2 * blockPositions); // blocks out of order
        kernels.store(keys, stored, position, slot, scratch);
        kernels.store(values, stored, position, slot, scratch);
      }
      FloatMatrix out = new FloatMatrix(arena, tokens, GROUP * KV_HEADS * HEAD_SIZE);
      FloatMatrix queries = random(tokens, GROUP * KV_HEADS * HEAD_SIZE);
      Batch.Run run = new Batch.Run(0, tokens, positions - tokens, new int[] {1, 0});
      AttentionTask.Call call =
          new AttentionTask.Call(out, queries, keys, values, new Visibility.Causal());
      for (int head = 0; head < KV_HEADS; head++) {
        kernels.attend(new AttentionTask(call, run, head, 0, tokens), scratch);
      }
      return out;
    }

    private KvSlab slab(KvShape shape, KvType type) {
      long bytes = shape.blocks() * shape.blockBytes(type);
      return new KvSlab(shape, type, arena.allocate(bytes, FloatMatrix.ALIGNMENT));
    }

    private FloatMatrix random(int tokens, int width) {
      FloatMatrix x = new FloatMatrix(arena, tokens, width);
      Random random = new Random(SEED + width);
      for (int token = 0; token < tokens; token++) {
        for (int i = 0; i < width; i++) {
          long at = x.offset(token) + (long) i * Float.BYTES;
          x.data().set(ValueLayout.JAVA_FLOAT, at, 2 * random.nextFloat() - 1);
        }
      }
      return x;
    }

    private MemorySegment floats(int count, Random random) {
      MemorySegment floats = arena.allocate((long) count * Float.BYTES, FloatMatrix.ALIGNMENT);
      for (int i = 0; i < count; i++) {
        floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * random.nextFloat() - 1);
      }
      return floats;
    }
  }
}
