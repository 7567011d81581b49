package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Packing on one thread: gigabytes of the file's weights a second. Rows are decoded and compared
/// once.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class PackBench {
  private static final int ROWS = 4096;
  private static final int COLUMNS = 2048;
  private static final double LARGEST_ERROR = 1e-4; // NMSE of the types that are packed as bytes

  @Param({"avx2", "vnni"})
  public String tier = "vnni";

  @Param({
    "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
    "IQ4_XS", "MXFP4", "F16", "BF16", "F32", "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S",
    "IQ3_XXS", "IQ3_S", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "NVFP4", "Q8_1", "Q8_K"
  })
  public TensorType type = TensorType.Q4_0;

  private final Arena arena = Arena.ofShared();
  private KernelProvider provider = BenchTier.provider("vector");
  private MatrixKernel kernel = provider.kernelFor(TensorType.Q4_0).orElseThrow();
  private Tensor tensor = new Tensor("w", TensorType.F32, Shape.of(1, 1), arena.allocate(4, 4));
  private PackedMatrix packed = kernel.reserve(tensor, arena);

  @Setup(Level.Trial)
  public void prepare() {
    provider = BenchTier.provider(tier);
    kernel = provider.kernelFor(type).orElseThrow();
    MemorySegment data = arena.allocate(type.byteSize((long) ROWS * COLUMNS), 64);
    ModerateBlocks.fill(type, data);
    tensor = new Tensor("w", type, Shape.of(COLUMNS, ROWS), data);
    packed = kernel.reserve(tensor, provider.weightMemory(arena));
    kernel.pack(tensor.content().memory().orElseThrow(), packed, new RowRange(0, ROWS));
    check();
  }

  @TearDown(Level.Trial)
  public void release() {
    provider.close();
    arena.close();
  }

  @Benchmark
  public PackedMatrix pack(KernelRates rates) {
    kernel.pack(tensor.content().memory().orElseThrow(), packed, new RowRange(0, ROWS));
    rates.gigabytes += tensor.byteSize() / 1e9;
    return packed;
  }

  private void check() {
    FloatMatrix out = new FloatMatrix(arena, 1, COLUMNS);
    float[] expected = new float[COLUMNS];
    double error = 0;
    double power = 0;
    for (int row = 0; row < ROWS; row += 97) {
      BlockFormats.of(type)
          .orElseThrow()
          .decode(
              tensor.content().memory().orElseThrow(),
              row * tensor.rowBytes(),
              expected,
              0,
              COLUMNS);
      kernel.decodeRow(packed, row, out, 0, new WorkerScratch());
      for (int column = 0; column < COLUMNS; column++) {
        double found = out.data().getAtIndex(ValueLayout.JAVA_FLOAT, column);
        error += (found - expected[column]) * (found - expected[column]);
        power += (double) expected[column] * expected[column];
      }
    }
    if (!(error <= LARGEST_ERROR * power)) {
      throw new IllegalStateException(
          "%s is packed with an NMSE of %s".formatted(type, error / power));
    }
  }
}
