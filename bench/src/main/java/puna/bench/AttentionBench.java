package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.Visibility;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;

/// Attention of one tier on one thread, for one KV head of a Llama 3.2 1B shape (four query heads
/// of 64): keys and values read, and multiplications and additions, a second.
///
/// All values are equal, so that the result is known and checked once.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class AttentionBench {
  private static final int HEAD_SIZE = 64;
  private static final int GROUP = 4;
  private static final int BLOCK = 16;
  private static final float VALUE = 0.5f;

  @Param({"vector", "avx2", "vnni"})
  public String tier = "vector";

  @Param({"512", "8192"})
  public int context = 512;

  @Param({"1", "16", "128"})
  public int tokens = 1;

  private KernelProvider provider = BenchTier.provider("vector");
  private FloatKernels kernels = provider.floatKernels().orElseThrow();
  private final WorkerScratch scratch = new WorkerScratch();
  private final Arena arena = Arena.ofShared();
  private AttentionTask task = task();

  @Setup(Level.Trial)
  public void prepare() {
    provider = BenchTier.provider(tier);
    kernels = provider.floatKernels().orElseThrow();
    task = task();
    kernels.attend(task, scratch);
    FloatMatrix out = task.out();
    for (long i = 0; i < (long) tokens * out.width(); i++) {
      float found = out.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
      if (!(Math.abs(found - VALUE) < 1e-5)) {
        throw new IllegalStateException("expected " + VALUE + ", found " + found);
      }
    }
  }

  @TearDown(Level.Trial)
  public void release() {
    provider.close();
    arena.close();
  }

  @Benchmark
  public FloatMatrix attend(KernelRates rates) {
    kernels.attend(task, scratch);
    rates.gigabytes += 2.0 * context * HEAD_SIZE * KvType.F16.bytes(1) / 1e9;
    rates.gigaflop += 4.0 * context * HEAD_SIZE * GROUP * tokens / 1e9;
    return task.out();
  }

  private AttentionTask task() {
    KvShape shape = new KvShape(1, 1, HEAD_SIZE, context / BLOCK, BLOCK, KvType.F16);
    long bytes = (long) context * HEAD_SIZE * KvType.F16.bytes(1);
    MemorySegment keys = arena.allocate(bytes, 64);
    MemorySegment values = arena.allocate(bytes, 64);
    int[] blocks = new int[context / BLOCK];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = i;
    }
    Random random = new Random(1);
    for (int i = 0; i < context * HEAD_SIZE; i++) {
      short key = Float.floatToFloat16((float) random.nextGaussian());
      keys.setAtIndex(ValueLayout.JAVA_SHORT, i, key);
      values.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(VALUE));
    }
    FloatMatrix queries = new FloatMatrix(arena, tokens, GROUP * HEAD_SIZE);
    for (long i = 0; i < (long) tokens * queries.width(); i++) {
      queries.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    FloatMatrix out = new FloatMatrix(arena, tokens, GROUP * HEAD_SIZE);
    Batch.Run run = new Batch.Run(0, tokens, context - tokens, blocks);
    AttentionTask.Call call =
        new AttentionTask.Call(
            out,
            queries,
            new KvSlab(shape, KvType.F16, keys),
            new KvSlab(shape, KvType.F16, values),
            new Visibility.Causal());
    return new AttentionTask(call, run, 0, 0, tokens);
  }
}
