package puna.x64.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.MatrixKernelContract;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RandomWeights;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.x64.code.GuardedMemory;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.kernel.MatrixKernels.TileKind;
import puna.x64.kernel.MatrixKernels.TileUse;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.pack.PackedType;
import puna.x64.panel.PlaneTilesLayout;
import puna.x64.panel.PlanesLayout;
import puna.x64.panel.TileLayout;
import puna.x64.panel.TokenPlanes.Planes;

/// What products in tiles must do, for any number of tokens from 1 on.
abstract class TileKernelsContract extends MatrixKernelContract {
  private static final Set<TensorType> PLAIN =
      EnumSet.of(
          TensorType.F32,
          TensorType.F16,
          TensorType.BF16,
          TensorType.F8_E4M3,
          TensorType.F8_E5M2,
          TensorType.I8);

  /// Types that are not multiplied in tiles.
  private static final Set<TensorType> UNROUNDED =
      EnumSet.of(TensorType.F32, TensorType.F8_E4M3, TensorType.F8_E5M2, TensorType.I8);

  /// Sums in float32 of weights and activations rounded to bf16. A weight that lies between two may
  /// fall to either side: the reference computes it in another order.
  private static final double ROUNDED = 1e-7;

  private static final double REQUANTIZED = 1e-4;
  private static final float CANARY = 12345.678f;
  private static final int SHAPES = 40;
  private static final int MOST_COLUMNS = 8224;

  private final MatrixKernels kernels;

  TileKernelsContract(TileKind tiles) {
    this(kernels(tiles));
  }

  private TileKernelsContract(MatrixKernels kernels) {
    super(new TileProvider(kernels));
    this.kernels = kernels;
  }

  private static MatrixKernels kernels(TileKind tiles) {
    SystemMemory memory = SystemMemory.ofThisSystem();
    Arena code = Arena.ofAuto();
    return new MatrixKernels(
        emitters -> RoutineLibrary.load(emitters, memory, code),
        Planes.TWO,
        Vectors.AVX512,
        new TileUse(tiles, 1, TileKind.NONE, 0));
  }

  @Override
  protected boolean keepsValues(TensorType type) {
    return PLAIN.contains(type) || PackedType.of(type).isPresent();
  }

  @Override
  protected double largestError(TensorType type) {
    if (UNROUNDED.contains(type)) {
      return super.largestError(type);
    }
    return keepsValues(type) ? ROUNDED : REQUANTIZED;
  }

  @Override
  protected float multiplied(TensorType type, float value) {
    if (UNROUNDED.contains(type)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
  }

  /// Small whole numbers have no rounding: every result must be right to the last bit.
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"Q8_0", "F16", "BF16"})
  void multipliesWholeNumbersExactly(TensorType type) {
    MatrixKernel kernel = kernels.of(type).orElseThrow();
    Random random = TestSeed.random(7);
    for (int shape = 0; shape < SHAPES; shape++) {
      int columns = 1 + random.nextInt(shape % 8 == 0 ? MOST_COLUMNS : 700);
      if (type.isQuantized()) {
        columns = Math.ceilDiv(columns, 32) * 32;
      }
      int rows = 1 + random.nextInt(shape % 4 == 0 ? 300 : 40);
      int tokens = 1 + random.nextInt(shape % 8 == 1 ? 600 : 40);
      try (Arena arena = memory();
          WorkerScratch scratch = WorkerScratch.exactIn(arena)) {
        Case one = new Case(random, arena, rows, columns, tokens);
        one.check(kernel, type, scratch);
      }
    }
  }

  @Test
  void leavesFewTokensAndExactStepsToProductsInBytes() {
    MatrixKernels usual =
        new MatrixKernels(
            emitters -> RoutineLibrary.load(emitters, SystemMemory.ofThisSystem(), Arena.ofAuto()),
            Planes.TWO,
            Vectors.AVX512,
            TileUse.in(TileKind.EMULATED, TileKind.EMULATED));
    MatrixKernel kernel = usual.of(TensorType.Q4_0).orElseThrow();

    assertThat(kernel.panelLayout(8, BatchInvariance.OFF, Precision.FAST))
        .isInstanceOf(PlanesLayout.class);
    assertThat(kernel.panelLayout(9, BatchInvariance.OFF, Precision.FAST))
        .isInstanceOf(PlaneTilesLayout.class);
    assertThat(kernel.panelLayout(32, BatchInvariance.OFF, Precision.FAST))
        .isInstanceOf(PlaneTilesLayout.class);
    assertThat(kernel.panelLayout(33, BatchInvariance.OFF, Precision.FAST))
        .isInstanceOf(TileLayout.class);
    assertThat(kernel.panelLayout(33, BatchInvariance.OFF, Precision.EXACT))
        .isInstanceOf(PlaneTilesLayout.class);
    assertThat(kernel.panelLayout(33, BatchInvariance.ON, Precision.FAST))
        .isInstanceOf(PlaneTilesLayout.class);
    assertThat(
            usual
                .of(TensorType.F16)
                .orElseThrow()
                .panelLayout(33, BatchInvariance.OFF, Precision.FAST))
        .as("one layout, so that activations are rounded once")
        .isSameAs(kernel.panelLayout(40, BatchInvariance.OFF, Precision.FAST));
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }

  private record Case(Random random, Arena arena, int rows, int columns, int tokens) {
    void check(MatrixKernel kernel, TensorType type, WorkerScratch scratch) {
      int[] weights = random.ints((long) rows * columns, -20, 21).toArray();
      int[] activations = random.ints((long) tokens * columns, -8, 9).toArray();
      FloatMatrix x = new FloatMatrix(arena, tokens, columns);
      for (int i = 0; i < activations.length; i++) {
        x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, activations[i]);
      }
      FloatMatrix out = new FloatMatrix(arena, tokens + 1, rows + 3);
      for (long i = 0; i < out.data().byteSize() / 4; i++) {
        out.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, CANARY);
      }
      Tensor tensor = new Tensor("w", type, Shape.of(columns, rows), encoded(type, weights));
      PackedMatrix packed = kernel.reserve(tensor, arena);
      RandomWeights.pack(kernel, tensor, packed, new RowRange(0, rows));
      PanelLayout layout = kernel.panelLayout(tokens, BatchInvariance.OFF, Precision.FAST);
      Panel panel = layout.reserve(x, null, arena);
      for (int piece = 0; piece < layout.pieces(x); piece++) {
        layout.prepare(x, panel, piece);
      }
      kernel.multiply(packed, panel, new RowRange(0, rows), out, scratch);
      for (int token = 0; token <= tokens; token++) {
        for (int row = 0; row < rows + 3; row++) {
          float expected = CANARY;
          if (token < tokens && row < rows) {
            int sum = 0;
            for (int c = 0; c < columns; c++) {
              sum += weights[row * columns + c] * activations[token * columns + c];
            }
            expected = sum;
          }
          float found =
              out.data().get(ValueLayout.JAVA_FLOAT, out.offset(token) + (long) row * Float.BYTES);
          if (found != expected) {
            assertThat(found).as("token %d, row %d of %s", token, row, this).isEqualTo(expected);
          }
        }
      }
    }

    private MemorySegment encoded(TensorType type, int[] numbers) {
      MemorySegment data = arena.allocate(type.byteSize(numbers.length), 64);
      for (int i = 0; i < numbers.length; i++) {
        switch (type) {
          case BF16 ->
              data.setAtIndex(
                  ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
          case F16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(numbers[i]));
          default -> {
            long block = i / 32 * 34L;
            data.set(ValueLayout.JAVA_SHORT_UNALIGNED, block, Float.floatToFloat16(1));
            data.set(ValueLayout.JAVA_BYTE, block + 2 + i % 32, (byte) numbers[i]);
          }
        }
      }
      return data;
    }
  }

  private record TileProvider(MatrixKernels kernels) implements KernelProvider {
    @Override
    public String tier() {
      return "x64";
    }

    @Override
    public String description() {
      return "tiles";
    }

    @Override
    public Optional<MatrixKernel> kernelFor(TensorType type) {
      return kernels.of(type);
    }

    @Override
    public Optional<FloatKernels> floatKernels() {
      return Optional.empty();
    }
  }
}
