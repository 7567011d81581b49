package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Products of random shapes of one tier against sums in double precision, in memory that may be
/// watched.
public final class KernelStress {
  private static final int MOST_ROWS = 70;
  private static final int MOST_BLOCKS = 5;
  private static final int MOST_TOKENS = 20;

  private final KernelProvider provider;
  private final ToDoubleFunction<TensorType> largestError;
  private final List<TensorType> types;

  /// @param largestError of a type: a product's squared error over the mean square of all
  public KernelStress(KernelProvider provider, ToDoubleFunction<TensorType> largestError) {
    this.provider = provider;
    this.largestError = largestError;
    this.types =
        Arrays.stream(TensorType.values())
            .filter(type -> provider.kernelFor(type).isPresent())
            // random blocks of it have scales beyond f16, which no file has
            .filter(type -> type != TensorType.Q8_K)
            .toList();
  }

  /// @param seed of the first shape; each next one has the next
  /// @param memories of one product each, which may look after it when they are closed
  public void run(int shapes, long seed, Supplier<Arena> memories) {
    for (long at = seed; at < seed + shapes; at++) {
      try (Arena arena = Arena.ofConfined();
          Arena memory = memories.get();
          WorkerScratch scratch = WorkerScratch.exactIn(memory)) {
        check(at, arena, memory, scratch);
      }
    }
  }

  private void check(long seed, Arena arena, Arena memory, WorkerScratch scratch) {
    Random random = new Random(seed);
    TensorType type = types.get(random.nextInt(types.size()));
    int rows = 1 + random.nextInt(MOST_ROWS);
    int columns =
        type.isQuantized()
            ? (1 + random.nextInt(MOST_BLOCKS)) * Math.max(type.blockSize(), 32)
            : 1 + random.nextInt(200);
    int tokens = 1 + random.nextInt(MOST_TOKENS);
    BatchInvariance invariance = random.nextBoolean() ? BatchInvariance.OFF : BatchInvariance.ON;
    Tensor weights = RandomWeights.random(type, rows, columns, random, arena);
    FloatMatrix x = new FloatMatrix(memory, tokens, columns);
    for (long i = 0; i < (long) tokens * columns; i++) {
      x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    MatrixKernel kernel = provider.kernelFor(type).orElseThrow();
    int cut = random.nextInt(rows + 1) / kernel.rowGroup() * kernel.rowGroup();
    PackedMatrix packed = kernel.reserve(weights, memory);
    RandomWeights.pack(kernel, weights, packed, new RowRange(0, rows));
    FloatMatrix found = new FloatMatrix(memory, tokens, rows);
    Panel panel = prepare(kernel, x, invariance, memory);
    kernel.multiply(packed, panel, new RowRange(cut, rows), found, scratch);
    kernel.multiply(packed, panel, new RowRange(0, cut), found, scratch);

    assertThat(error(RandomWeights.decoded(weights), x, found))
        .as("seed %s: %s, %d rows, %d columns, %d tokens", seed, type, rows, columns, tokens)
        .isLessThanOrEqualTo(largestError.applyAsDouble(type));
  }

  private static Panel prepare(
      MatrixKernel kernel, FloatMatrix x, BatchInvariance invariance, Arena memory) {
    PanelLayout layout = kernel.panelLayout(x.tokens(), invariance, Precision.FAST);
    Panel panel = layout.reserve(x, null, memory);
    for (int piece = 0; piece < layout.pieces(x); piece++) {
      layout.prepare(x, panel, piece);
    }
    return panel;
  }

  /// The squared error of all sums over the sum of the squares of their terms: what rounding makes
  /// of a sum does not shrink where its terms cancel.
  private static double error(float[] weights, FloatMatrix x, FloatMatrix found) {
    int columns = x.width();
    double error = 0;
    double power = Double.MIN_NORMAL;
    float[] activations = new float[columns];
    for (int token = 0; token < x.tokens(); token++) {
      MemorySegment.copy(
          x.data(), ValueLayout.JAVA_FLOAT, x.offset(token), activations, 0, columns);
      for (int row = 0; row < found.width(); row++) {
        double sum = 0;
        for (int c = 0; c < columns; c++) {
          double product = (double) weights[row * columns + c] * activations[c];
          sum += product;
          power += product * product;
        }
        long at = found.offset(token) + (long) row * Float.BYTES;
        double difference = found.data().get(ValueLayout.JAVA_FLOAT, at) - sum;
        error += difference * difference;
      }
    }
    return error / power;
  }
}
