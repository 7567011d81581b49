package puna.x64.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RandomWeights;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.x64.code.Emitter;
import puna.x64.code.InterpretedRoutines;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.interpret.AddressSpace;
import puna.x64.interpret.WatchedArena;
import puna.x64.kernel.MatrixKernels.TileUse;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;

/// Runs two kernels on the same random weights and activations, and compares their results bit by
/// bit.
final class KernelRuns {
  private static final long SEED = 56;

  /// The kernels that are compared.
  ///
  /// @param expected runs on the processor
  /// @param found is interpreted, or runs on the processor as well
  record Pair(Vectors expected, Vectors found, Planes planes, Way way) {}

  /// How the second kernel is run.
  enum Way {
    ON_THE_PROCESSOR,
    INTERPRETED
  }

  /// The size of a product.
  record Size(int rows, int columns, int tokens) {}

  private KernelRuns() {}

  static void compare(Pair pair, TensorType type, List<Size> sizes) {
    AddressSpace space = new AddressSpace();
    try (Arena memory = new WatchedArena(space)) {
      InterpretedRoutines interpreted = new InterpretedRoutines(space, memory);
      Function<List<Emitter>, RoutineLibrary> onProcessor =
          emitters -> RoutineLibrary.load(emitters, SystemMemory.ofThisSystem(), memory);
      MatrixKernel expected = kernel(pair.expected(), pair.planes(), onProcessor, type);
      MatrixKernel found =
          kernel(
              pair.found(),
              pair.planes(),
              pair.way() == Way.INTERPRETED ? interpreted::load : onProcessor,
              type);
      Random random = new Random(SEED);
      for (Size size : sizes) {
        Tensor weights = RandomWeights.random(type, size.rows(), size.columns(), random, memory);
        FloatMatrix x = activations(size.tokens(), size.columns(), random, memory);
        FloatMatrix right = product(expected, pack(expected, weights, memory), x, memory);
        FloatMatrix made = product(found, pack(found, weights, memory), x, memory);
        interpreted.rethrow();
        assertSame(right, made, pair + " " + type + " " + size);
      }
    }
  }

  private static MatrixKernel kernel(
      Vectors vectors,
      Planes planes,
      Function<List<Emitter>, RoutineLibrary> loader,
      TensorType type) {
    return new MatrixKernels(loader, planes, vectors, TileUse.NONE).of(type).orElseThrow();
  }

  static FloatMatrix activations(int tokens, int columns, Random random, Arena memory) {
    FloatMatrix x = new FloatMatrix(memory, tokens, columns);
    for (long i = 0; i < (long) tokens * columns; i++) {
      x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return x;
  }

  static PackedMatrix pack(MatrixKernel kernel, Tensor weights, Arena memory) {
    PackedMatrix packed = kernel.reserve(weights, memory);
    RandomWeights.pack(kernel, weights, packed, new RowRange(0, packed.rows()));
    return packed;
  }

  /// A product in the way that all steps may take, whatever shares them.
  static FloatMatrix product(
      MatrixKernel kernel, PackedMatrix packed, FloatMatrix x, Arena memory) {
    try (WorkerScratch scratch = WorkerScratch.exactIn(memory)) {
      FloatMatrix out = new FloatMatrix(memory, x.tokens(), packed.rows());
      PanelLayout layout = kernel.panelLayout(x.tokens(), BatchInvariance.ON, Precision.EXACT);
      @Nullable Panel none = null;
      Panel panel = layout.reserve(x, none, memory);
      for (int piece = 0; piece < layout.pieces(x); piece++) {
        layout.prepare(x, panel, piece);
      }
      kernel.multiply(packed, panel, new RowRange(0, packed.rows()), out, scratch);
      return out;
    }
  }

  private static void assertSame(FloatMatrix expected, FloatMatrix found, String what) {
    assertThat(found.data().mismatch(expected.data())).as(what).isEqualTo(-1);
    boolean isAllZero =
        found.data().mismatch(MemorySegment.ofArray(new byte[(int) found.data().byteSize()])) < 0;
    assertThat(isAllZero).as(what + " computes nothing").isFalse();
  }
}
