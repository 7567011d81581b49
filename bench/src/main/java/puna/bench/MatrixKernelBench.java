package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
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
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Products of one tier on one thread, weights from memory: gigabytes of weights and GFLOP a second
/// beside a plain read of the same memory and the arithmetic peak of the same core. The result is
/// checked once.
///
/// Run with `java --add-modules jdk.incubator.vector … org.openjdk.jmh.Main MatrixKernelBench`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class MatrixKernelBench {
  private static final int ROWS = 8192;
  private static final int COLUMNS = 2048;
  private static final int CHUNK = 256;
  // Far more than the last-level cache.
  private static final long WORKING_SET = 256L << 20;

  // In units of a product's own size, and with some room.
  private static final double LARGEST_ERROR = 1e-3; // fifteen bits of activations
  private static final double LARGEST_BF16_ERROR = 1e-2; // eight bits of both sides

  @Param({"vector", "avx2", "vnni", "bf16", "amx"})
  public String tier = "vector";

  @Param({"Q4_0", "Q8_0", "Q4_K", "Q6_K", "F16"})
  public TensorType type = TensorType.Q4_0;

  @Param({"1", "4", "8", "64", "512"})
  public int tokens = 1;

  private WorkerScratch scratch = new WorkerScratch();
  private final Arena arena = Arena.ofShared();
  private KernelProvider provider = BenchTier.provider("vector");
  private MatrixKernel kernel = provider.kernelFor(TensorType.Q4_0).orElseThrow();
  private FloatKernels loops = provider.floatKernels().orElseThrow();
  private MemorySegment memory = MemorySegment.NULL;
  private PackedMatrix[] matrices = {};
  private FloatMatrix x = new FloatMatrix(arena, 1, 1);
  private FloatMatrix out = x;
  private Panel panel =
      kernel.panelLayout(1, BatchInvariance.OFF, Precision.FAST).reserve(x, null, arena);
  private Optional<PeakLoop> peak = Optional.empty();
  private int next;

  @Setup(Level.Trial)
  public void prepare() {
    provider = BenchTier.provider(tier);
    kernel = provider.kernelFor(type).orElseThrow();
    loops = provider.floatKernels().orElseThrow();
    long bytes = type.byteSize((long) ROWS * COLUMNS);
    int copies = (int) Math.max(1, WORKING_SET / bytes);
    memory = arena.allocate(bytes * copies, 64);
    ModerateBlocks.fill(type, memory);
    matrices = new PackedMatrix[copies];
    SegmentAllocator packedMemory = provider.weightMemory(arena);
    for (int i = 0; i < copies; i++) {
      Tensor tensor =
          new Tensor("w", type, Shape.of(COLUMNS, ROWS), memory.asSlice(i * bytes, bytes));
      matrices[i] = kernel.reserve(tensor, packedMemory);
      kernel.pack(tensor.content().memory().orElseThrow(), matrices[i], new RowRange(0, ROWS));
    }
    scratch = new WorkerScratch(provider::weightMemory);
    x = new FloatMatrix(packedMemory, tokens, COLUMNS);
    out = new FloatMatrix(packedMemory, tokens, ROWS);
    Random random = new Random(1);
    for (long i = 0; i < (long) tokens * COLUMNS; i++) {
      x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    PanelLayout layout = kernel.panelLayout(tokens, BatchInvariance.OFF, Precision.FAST);
    panel = layout.reserve(x, null, packedMemory);
    for (int piece = 0; piece < layout.pieces(x); piece++) {
      layout.prepare(x, panel, piece);
    }
    if (!tier.equals("vector")) {
      peak = Optional.of(new PeakLoop(arena, peakKind()));
    }
    check();
  }

  @TearDown(Level.Trial)
  public void release() {
    provider.close();
    arena.close();
  }

  @Benchmark
  public FloatMatrix multiply(KernelRates rates) {
    PackedMatrix matrix = matrices[next++ % matrices.length];
    for (int row = 0; row < ROWS; row += CHUNK) {
      kernel.multiply(matrix, panel, new RowRange(row, row + CHUNK), out, scratch);
    }
    rates.gigabytes += matrix.data().byteSize() / 1e9;
    rates.gigaflop += 2.0 * ROWS * COLUMNS * tokens / 1e9;
    return out;
  }

  /// The machine's limit for one token: the same bytes, only read.
  @Benchmark
  public int read(KernelRates rates) {
    MemorySegment data = matrices[next++ % matrices.length].data();
    long bytes = data.byteSize() / FloatKernels.SUM_BLOCK * FloatKernels.SUM_BLOCK;
    rates.gigabytes += bytes / 1e9;
    return loops.sum(data.asSlice(0, bytes), scratch);
  }

  /// The limit for many tokens: what the tier's instruction does in registers alone.
  @Benchmark
  public void peak(KernelRates rates) {
    rates.gigaflop += peak.orElseThrow().run();
  }

  private PeakLoop.Kind peakKind() {
    return switch (tier) {
      case "avx2" -> PeakLoop.Kind.FLOATS;
      case "avxvnni" -> PeakLoop.Kind.NARROW_PLANES;
      case "amx" -> PeakLoop.Kind.TILES;
      default -> PeakLoop.Kind.PLANES;
    };
  }

  private void check() {
    kernel.multiply(matrices[0], panel, new RowRange(0, CHUNK), out, scratch);
    float[] weights = new float[COLUMNS];
    long rowBytes = type.byteSize(COLUMNS);
    for (int row = 0; row < 16; row++) {
      format().decode(memory, row * rowBytes, weights, 0, COLUMNS);
      int token = row % tokens;
      double expected = 0;
      double power = 0;
      for (int c = 0; c < COLUMNS; c++) {
        double product =
            (double) weights[c]
                * x.data().get(ValueLayout.JAVA_FLOAT, x.offset(token) + (long) c * Float.BYTES);
        expected += product;
        power += product * product;
      }
      float found =
          out.data().get(ValueLayout.JAVA_FLOAT, out.offset(token) + (long) row * Float.BYTES);
      if (!(Math.abs(found - expected) <= largestError() * Math.sqrt(power))) {
        throw new IllegalStateException(
            "%s row %s token %s: expected %s, found %s"
                .formatted(type, row, token, expected, found));
      }
    }
  }

  private double largestError() {
    return kernel.name().contains("bf16") ? LARGEST_BF16_ERROR : LARGEST_ERROR;
  }

  private BlockFormat format() {
    return BlockFormats.of(type).orElseThrow();
  }
}
