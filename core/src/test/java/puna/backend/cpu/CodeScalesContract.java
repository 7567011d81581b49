package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.backend.Activations;
import puna.backend.Matrix;
import puna.error.ModelFormatException;
import puna.model.Batches;
import puna.tensor.ScaleGrid;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// Codes of 8 bits with scales by blocks are multiplied as the numbers that they stand for.
public abstract class CodeScalesContract {
  private static final float SCALE = 0.3f;

  /// The largest squared error of all products over the sum of their squares.
  private static final double LARGEST_ERROR = 4e-12;

  private final String tier;

  protected CodeScalesContract(String tier) {
    this.tier = tier;
  }

  /// A matrix, and how many rows and columns of it share a scale.
  record Case(TensorType type, int rows, int columns, int blockRows, int blockColumns) {}

  private static final String CASES =
      """
      F8_E4M3 |  40 | 100 |  40 | 100
      F8_E4M3 |  37 |  96 |   1 |  96
      F8_E4M3 | 300 | 300 | 128 | 128
      F8_E4M3 |  37 | 100 |  16 |  32
      F8_E4M3 |  37 |  65 |  10 |   7
      F8_E4M3 |   5 |   3 |   2 |   2
      F8_E4M3 |  33 | 515 |   1 |  16
      F8_E5M2 |  40 | 100 |  40 | 100
      F8_E5M2 | 130 | 200 |  64 |  48
      F8_E5M2 |  17 |  64 |   1 |  64
      I8      |  40 | 100 |  40 | 100
      I8      | 130 | 200 |  64 |  48
      I8      |  17 |  64 |   1 |  64
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = CASES)
  void multipliesWhatTheCodesStandFor(
      TensorType type, int rows, int columns, int blockRows, int blockColumns) {
    Case shape = new Case(type, rows, columns, blockRows, blockColumns);
    Random random = TestSeed.random(rows + 7L * columns);
    try (Arena arena = Arena.ofShared();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      Tensor weight = tensor(shape, random, arena);
      float[] weights = weights(weight);
      Matrix inMemory = backend.load(weight, SCALE, null);
      Matrix read = backend.load(notInMemory(weight), SCALE, null);
      for (int tokens : new int[] {1, 2, 3, 9, 41}) {
        float[][] x = activations(tokens, columns, random);
        float[][] found = product(backend, read, x);
        assertClose(x, weights, found);
        assertThat(product(backend, inMemory, x)).isDeepEqualTo(found);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = CASES)
  void decodesRowsExactly(TensorType type, int rows, int columns, int blockRows, int blockColumns) {
    Case shape = new Case(type, rows, columns, blockRows, blockColumns);
    Random random = TestSeed.random(rows + 7L * columns);
    try (Arena arena = Arena.ofShared();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      Tensor weight = tensor(shape, random, arena);
      float[] weights = weights(weight);
      Matrix matrix = backend.load(notInMemory(weight), 1, null);
      Activations out = backend.activations(2, columns);
      backend.embed(out, matrix, Batches.all(new int[] {rows - 1, rows / 2}, 0, 0));
      float[] row = new float[columns];
      backend.read(out, 0, row);
      assertThat(row).isEqualTo(slice(weights, rows - 1, columns));
      backend.read(out, 1, row);
      assertThat(row).isEqualTo(slice(weights, rows / 2, columns));
    }
  }

  @ParameterizedTest
  @CsvSource({"F8_E4M3, 127, 0x7F", "F8_E4M3, -1, 0xFF", "F8_E5M2, 124, 0x7C", "F8_E5M2, -1, 0xFF"})
  void codesThatAreNoFiniteNumbersAreRefused(TensorType type, byte code, String told) {
    try (Arena arena = Arena.ofShared();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      Tensor weight = tensor(new Case(type, 5, 21, 5, 21), TestSeed.random(1), arena);
      byte[] codes = weight.content().toArray();
      codes[3 * 21 + 20] = code;
      Tensor changed =
          notInMemory(
              new Tensor(
                  "w",
                  type,
                  weight.shape(),
                  StoredBytes.of(MemorySegment.ofArray(codes)),
                  weight.scales()));
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> backend.load(changed, 1, null))
          .withMessage(
              "tensor w: weights must be finite numbers, found the code %s of %s in row 3"
                  .formatted(told, type));
    }
  }

  private static Tensor tensor(Case shape, Random random, Arena arena) {
    Tensor codes = RandomWeights.random(shape.type, shape.rows, shape.columns, random, arena);
    int across = Math.ceilDiv(shape.columns, shape.blockColumns);
    int down = Math.ceilDiv(shape.rows, shape.blockRows);
    MemorySegment values = arena.allocate(4L * across * down, 4);
    for (int i = 0; i < across * down; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.01f + random.nextFloat());
    }
    Tensor scales = new Tensor("scales", TensorType.F32, Shape.of(across, down), values);
    return new Tensor(
        "w",
        shape.type,
        codes.shape(),
        codes.content(),
        Optional.of(new ScaleGrid(scales, shape.blockRows, shape.blockColumns)));
  }

  /// The same, read row by row: what kernels with a layout of their own are given.
  private static Tensor notInMemory(Tensor tensor) {
    Tensor computed =
        TensorViews.computed(
            tensor.name(),
            tensor.type(),
            tensor.shape(),
            (row, target) -> tensor.content().read(row * tensor.rowBytes(), target));
    return new Tensor(
        tensor.name(), tensor.type(), tensor.shape(), computed.content(), tensor.scales());
  }

  /// In float32: code × scale.
  private static float[] weights(Tensor tensor) {
    float[] values = RandomWeights.decoded(tensor);
    ScaleGrid grid = tensor.scales().orElseThrow();
    int columns = (int) tensor.shape().columns();
    MemorySegment scales = grid.values().content().memory().orElseThrow();
    for (int i = 0; i < values.length; i++) {
      long block =
          i / columns / grid.blockRows() * grid.across() + i % columns / grid.blockColumns();
      values[i] *= scales.getAtIndex(ValueLayout.JAVA_FLOAT, block);
    }
    return values;
  }

  private static float[][] activations(int tokens, int columns, Random random) {
    float[][] x = new float[tokens][columns];
    for (float[] row : x) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static void assertClose(float[][] x, float[] weights, float[][] found) {
    int columns = x[0].length;
    double error = 0;
    double power = 0;
    for (int token = 0; token < x.length; token++) {
      for (int row = 0; row < found[token].length; row++) {
        double expected = 0;
        for (int c = 0; c < columns; c++) {
          double product = (double) weights[row * columns + c] * x[token][c] * SCALE;
          expected += product;
          power += product * product;
        }
        error += (found[token][row] - expected) * (found[token][row] - expected);
      }
    }
    assertThat(error).as("%d tokens", x.length).isLessThanOrEqualTo(LARGEST_ERROR * power);
  }

  private static float[] slice(float[] weights, int row, int columns) {
    return Arrays.copyOfRange(weights, row * columns, (row + 1) * columns);
  }

  private static float[][] product(CpuBackend backend, Matrix matrix, float[][] x) {
    Activations in = backend.activations(x.length, matrix.columns());
    Activations out = backend.activations(x.length, matrix.rows());
    in.resize(x.length);
    for (int token = 0; token < x.length; token++) {
      TestActivations.write(in, token, x[token]);
    }
    backend.project(in, matrix.into(out));
    float[][] rows = new float[x.length][matrix.rows()];
    for (int token = 0; token < x.length; token++) {
      backend.read(out, token, rows[token]);
    }
    return rows;
  }
}
