package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.TestSeed;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// What the matrix kernels of every tier must do, against sums in double precision over weights
/// decoded by the reference.
public abstract class MatrixKernelContract extends KernelMemory {
  private static final long SEED = 20_260_101;
  private static final float CANARY = 12345.678f;
  private static final Set<TensorType> PLAIN =
      EnumSet.of(
          TensorType.F32,
          TensorType.F16,
          TensorType.BF16,
          TensorType.F8_E4M3,
          TensorType.F8_E5M2,
          TensorType.I8);
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 40, 50};
  private static final int[] ROWS = {1, 3, 8, 13, 66};

  private final KernelProvider provider;

  protected MatrixKernelContract(KernelProvider provider) {
    this.provider = provider;
  }

  /// The largest squared error of a product over its mean square: float32 sums of exact weights, in
  /// any order.
  protected double largestError(TensorType type) {
    return 4e-12;
  }

  /// What a kernel multiplies by where it is told `value`, a weight of `type` or an activation.
  protected float multiplied(TensorType type, float value) {
    return value;
  }

  /// Whether packed weights have the values of the file.
  protected boolean keepsValues(TensorType type) {
    return true;
  }

  Stream<TensorType> types() {
    return Arrays.stream(TensorType.values())
        .filter(type -> type.isQuantized() || PLAIN.contains(type))
        .filter(type -> provider.kernelFor(type).isPresent());
  }

  Stream<TensorType> encodableTypes() {
    return types().filter(type -> type.isQuantized() && RandomWeights.format(type).canEncode());
  }

  Stream<TensorType> plainTypes() {
    return types().filter(type -> !type.isQuantized());
  }

  @ParameterizedTest
  @MethodSource("types")
  void multipliesAnyNumberOfTokens(TensorType type) {
    int columns = 3 * Math.max(type.blockSize(), 32);
    Tensor weights = RandomWeights.random(type, 13, columns, random(), arena);
    for (int tokens : TOKENS) {
      assertProduct(weights, tokens, new RowRange(0, 13));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void multipliesAnyNumberOfRows(TensorType type) {
    int columns = type.isQuantized() ? type.blockSize() : 64;
    for (int rows : ROWS) {
      Tensor weights = RandomWeights.random(type, rows, columns, random(), arena);
      for (int tokens : new int[] {1, 3, 17}) {
        assertProduct(weights, tokens, new RowRange(0, rows));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void multipliesLongRows(TensorType type) {
    int columns = 2048 + 2 * Math.max(type.blockSize(), 32);
    Tensor weights = RandomWeights.random(type, 9, columns, random(), arena);
    for (int tokens : new int[] {1, 4, 19}) {
      assertProduct(weights, tokens, new RowRange(0, 9));
    }
  }

  @ParameterizedTest
  @MethodSource("plainTypes")
  void multipliesRowsOfOddLength(TensorType type) {
    for (int columns : new int[] {1, 7, 15, 16, 17, 513}) {
      Tensor weights = RandomWeights.random(type, 37, columns, random(), arena);
      for (int tokens : new int[] {1, 2, 33}) {
        assertProduct(weights, tokens, new RowRange(0, 37));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("encodableTypes")
  void multipliesExtremeWeights(TensorType type) {
    for (float value : new float[] {-1f, 0f, 1f}) {
      Tensor weights = RandomWeights.constant(type, 4, type.blockSize(), value, arena);
      assertProduct(weights, 1, new RowRange(0, 4));
      assertProduct(weights, 18, new RowRange(0, 4));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void writesOnlyTheRowsOfTheRange(TensorType type) {
    int group = kernel(type).rowGroup();
    int rows = 3 * group + 5;
    Tensor weights = RandomWeights.random(type, rows, type.blockSize() * 2, random(), arena);
    for (int tokens : new int[] {1, 20}) {
      assertProduct(weights, tokens, new RowRange(group, 2 * group));
      assertProduct(weights, tokens, new RowRange(2 * group, rows));
    }
  }

  @Test
  void multipliesManyTokensByLargePanels() {
    Tensor weights = RandomWeights.random(TensorType.Q8_0, 136, 1056, random(), arena);
    assertProduct(weights, 611, new RowRange(0, 136));
  }

  @Test
  void reusesPanelsOfLargerSteps() {
    Tensor tensor = RandomWeights.random(TensorType.F32, 6, 50, random(), arena);
    PackedMatrix weights = pack(kernel(tensor.type()), tensor);
    for (int tokens : new int[] {40, 17}) {
      FloatMatrix many = activations(tokens + 30, 50);
      Panel used = prepare(kernel(tensor.type()), many, null);
      many.resize(tokens);
      Panel panel = prepare(kernel(tensor.type()), many, used);
      assertThat(panel.tokens()).isEqualTo(tokens);
      FloatMatrix out = new FloatMatrix(arena, tokens, 6);
      kernel(tensor.type()).multiply(weights, panel, new RowRange(0, 6), out, scratch);
      assertClose(tensor, many, out, new RowRange(0, 6));
    }
  }

  Stream<TensorType> exactTypes() {
    return types().filter(this::keepsValues);
  }

  @ParameterizedTest
  @MethodSource("exactTypes")
  void decodesRowsExactly(TensorType type) {
    int columns = 2 * Math.max(type.blockSize(), 9);
    Tensor tensor = RandomWeights.random(type, 4, columns, random(), arena);
    float[] expected = RandomWeights.decoded(tensor);
    PackedMatrix packed = pack(kernel(type), tensor);
    FloatMatrix out = new FloatMatrix(arena, 3, columns);
    out.data().fill((byte) 1);
    kernel(type).decodeRow(packed, 2, out, 1, scratch);
    float[] row = out.data().asSlice(out.offset(1), 4L * columns).toArray(ValueLayout.JAVA_FLOAT);
    assertThat(row).isEqualTo(Arrays.copyOfRange(expected, 2 * columns, 3 * columns));
    assertThat(out.data().get(ValueLayout.JAVA_BYTE, out.offset(1) - 1)).isEqualTo((byte) 1);
    assertThat(out.data().get(ValueLayout.JAVA_BYTE, out.offset(2))).isEqualTo((byte) 1);
  }

  private void assertProduct(Tensor tensor, int tokens, RowRange range) {
    MatrixKernel kernel = kernel(tensor.type());
    PackedMatrix packed = pack(kernel, tensor);
    FloatMatrix x = activations(tokens, packed.columns());
    Panel panel = prepare(kernel, x, null);
    FloatMatrix out = new FloatMatrix(arena, tokens, packed.rows());
    fill(out, CANARY);
    kernel.multiply(packed, panel, range, out, scratch);
    assertClose(tensor, x, out, range);
  }

  private void assertClose(Tensor tensor, FloatMatrix x, FloatMatrix out, RowRange range) {
    float[] weights = RandomWeights.decoded(tensor);
    int columns = x.width();
    double error = 0;
    double power = 0;
    for (int token = 0; token < x.tokens(); token++) {
      for (int row = 0; row < out.width(); row++) {
        float found = get(out, token, row);
        if (row < range.first() || row >= range.end()) {
          assertThat(found).as("row %d outside %s", row, range).isEqualTo(CANARY);
          continue;
        }
        double expected = 0;
        double scale = 0;
        for (int c = 0; c < columns; c++) {
          double product =
              (double) multiplied(tensor.type(), weights[row * columns + c])
                  * multiplied(tensor.type(), get(x, token, c));
          expected += product;
          scale += product * product;
        }
        error += (found - expected) * (found - expected);
        power += scale;
      }
    }
    assertThat(error)
        .as("%s, %d tokens, %d columns, rows %s", tensor.type(), x.tokens(), columns, range)
        .isLessThanOrEqualTo(largestError(tensor.type()) * power);
  }

  private MatrixKernel kernel(TensorType type) {
    return provider.kernelFor(type).orElseThrow();
  }

  /// Packed in two ranges, as workers do.
  private PackedMatrix pack(MatrixKernel kernel, Tensor tensor) {
    PackedMatrix packed = kernel.reserve(tensor, arena);
    int cut = Math.min(packed.rows() / 2 / kernel.rowGroup() * kernel.rowGroup(), packed.rows());
    RandomWeights.pack(kernel, tensor, packed, new RowRange(cut, packed.rows()));
    if (cut > 0) {
      RandomWeights.pack(kernel, tensor, packed, new RowRange(0, cut));
    }
    return packed;
  }

  private Panel prepare(MatrixKernel kernel, FloatMatrix x, @Nullable Panel reusable) {
    PanelLayout layout = kernel.panelLayout(x.tokens(), BatchInvariance.OFF, Precision.FAST);
    Panel panel = layout.reserve(x, reusable, arena);
    for (int piece = 0; piece < layout.pieces(x); piece++) {
      layout.prepare(x, panel, piece);
    }
    return panel;
  }

  private FloatMatrix activations(int tokens, int width) {
    FloatMatrix x = new FloatMatrix(arena, tokens, width);
    Random random = random();
    for (long i = 0; i < (long) tokens * width; i++) {
      x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return x;
  }

  private static Random random() {
    return TestSeed.random(SEED);
  }

  private static void fill(FloatMatrix matrix, float value) {
    MemorySegment data = matrix.data();
    for (long i = 0; i < data.byteSize() / 4; i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  private static float get(FloatMatrix matrix, int token, int index) {
    return matrix.data().get(ValueLayout.JAVA_FLOAT, matrix.offset(token) + 4L * index);
  }
}
