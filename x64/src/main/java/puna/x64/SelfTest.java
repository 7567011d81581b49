package puna.x64;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Compares a kernel with its scalar twin on a small matrix, before the kernel is offered.
///
/// It is there for processors that compute otherwise than the one that a kernel was tested on; how
/// exact kernels are is the matter of tests.
final class SelfTest {
  private static final long SEED = 4;
  private static final int ROWS = 17; // a whole group of 16, and one that begins the next
  private static final int LEAST_COLUMNS = 32;
  private static final int[] TOKENS = {
    1, 3, 7, 12, 50
  }; // every width of products: 1, 2, 4, 8, tiles

  /// The largest squared error of any product, over the mean square of all: far above any kernel's
  /// rounding, far below what a wrong lane does.
  private static final double LARGEST_ERROR = 1e-2;

  // The largest weight of each block lies between these, so that every row has its say.
  private static final float LEAST_WEIGHT = 0.25f;
  private static final float LARGEST_WEIGHT = 8;
  private static final int DRAWS = 200;

  private final ScalarKernels twins = new ScalarKernels();

  /// What is wrong with a kernel, for people; empty when it agrees.
  Optional<String> fault(TensorType type, MatrixKernel kernel) {
    Optional<MatrixKernel> twin = twins.kernelFor(type);
    if (twin.isEmpty()) {
      return Optional.of("there is no scalar kernel to compare it with");
    }
    try (Arena arena = Arena.ofShared();
        WorkerScratch scratch = new WorkerScratch()) {
      Bench bench = new Bench(arena, scratch, new Random(SEED));
      Tensor weights = bench.weights(type);
      for (int tokens : TOKENS) {
        FloatMatrix x = bench.activations(tokens, Math.toIntExact(weights.shape().columns()));
        FloatMatrix found = bench.product(kernel, weights, x);
        double error = error(bench.product(twin.get(), weights, x), found);
        // Written so that not-a-number is a fault as well.
        if (!(error <= LARGEST_ERROR)) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "for %d tokens the largest relative squared error is %.1e",
                  tokens,
                  error));
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("it fails: " + e);
    }
  }

  private static double error(FloatMatrix expected, FloatMatrix found) {
    double largest = 0;
    double power = 0;
    for (int token = 0; token < expected.tokens(); token++) {
      for (int row = 0; row < ROWS; row++) {
        double right = get(expected, token, row);
        double difference = get(found, token, row) - right;
        // Math.max keeps what is not a number.
        largest = Math.max(largest, difference * difference);
        power += right * right;
      }
    }
    return largest / (power / (expected.tokens() * ROWS));
  }

  private static float get(FloatMatrix matrix, int token, int row) {
    return matrix
        .data()
        .get(ValueLayout.JAVA_FLOAT, matrix.offset(token) + (long) row * Float.BYTES);
  }

  /// What one comparison works with.
  private record Bench(Arena arena, WorkerScratch scratch, Random random) {
    FloatMatrix product(MatrixKernel kernel, Tensor weights, FloatMatrix x) {
      PackedMatrix packed = kernel.reserve(weights, arena);
      RowRange rows = new RowRange(0, ROWS);
      kernel.pack(weights.content().memory().orElseThrow(), packed, rows);
      PanelLayout layout = kernel.panelLayout(x.tokens(), BatchInvariance.OFF, Precision.FAST);
      @Nullable Panel none = null;
      Panel panel = layout.reserve(x, none, arena);
      for (int piece = 0; piece < layout.pieces(x); piece++) {
        layout.prepare(x, panel, piece);
      }
      FloatMatrix out = new FloatMatrix(arena, x.tokens(), ROWS);
      kernel.multiply(packed, panel, rows, out, scratch);
      return out;
    }

    FloatMatrix activations(int tokens, int width) {
      FloatMatrix x = new FloatMatrix(arena, tokens, width);
      for (long i = 0; i < (long) tokens * width; i++) {
        x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
      }
      return x;
    }

    /// Random blocks that hold moderate numbers.
    Tensor weights(TensorType type) {
      BlockFormat format = BlockFormats.of(type).orElseThrow();
      int columns = Math.max(type.blockSize(), LEAST_COLUMNS);
      MemorySegment data =
          arena.allocate(type.byteSize((long) ROWS * columns), FloatMatrix.ALIGNMENT);
      byte[] block = new byte[type.blockBytes()];
      float[] values = new float[type.blockSize()];
      for (long at = 0; at < data.byteSize(); at += block.length) {
        int draws = 0;
        do {
          random.nextBytes(block);
          format.decode(MemorySegment.ofArray(block), 0, values, 0, values.length);
        } while (!isModerate(values) && ++draws < DRAWS);
        if (draws < DRAWS) {
          MemorySegment.copy(block, 0, data, ValueLayout.JAVA_BYTE, at, block.length);
        }
      }
      return new Tensor("self-test", type, Shape.of(columns, ROWS), data);
    }

    private static boolean isModerate(float[] values) {
      float largest = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
      }
      return largest >= LEAST_WEIGHT && largest <= LARGEST_WEIGHT;
    }
  }
}
