package puna.x64.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import puna.TestSeed;
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
import puna.x64.TestMachine;
import puna.x64.code.GuardedMemory;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels.TileKind;
import puna.x64.kernel.MatrixKernels.TileUse;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;

/// Products in tiles of bytes are those of vectors, to the last bit.
class PlaneTileKernelsTest {
  private static final int[] TOKENS = {1, 15, 16, 17, 40};
  private static final int[] ROWS = {16, 35};
  private static final int COLUMNS = 768;

  @EveryQuantizedType
  void multipliesInTheProcessorsTilesAsInVectors(TensorType type) {
    TestMachine.assumeTier(X64Tier.AMX);
    compare(type, TileKind.AMX);
  }

  @EveryQuantizedType
  void multipliesInEmulatedTilesAsInVectors(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX512_BF16);
    compare(type, TileKind.EMULATED);
  }

  private static void compare(TensorType type, TileKind tiles) {
    try (Arena code = Arena.ofShared()) {
      compare(type, tiles, code);
    }
  }

  private static void compare(TensorType type, TileKind tiles, Arena code) {
    for (Planes planes : Planes.values()) {
      MatrixKernel vectors = kernel(type, planes, TileUse.NONE, code);
      MatrixKernel inTiles = kernel(type, planes, new TileUse(TileKind.NONE, 0, tiles, 1), code);
      Random random = TestSeed.random(11);
      for (int rows : ROWS) {
        // a row of one block, where nothing follows what is unpacked first, and one of many
        for (int columns : new int[] {type.blockSize(), COLUMNS}) {
          for (int tokens : TOKENS) {
            compare(vectors, inTiles, new Run(type, rows, columns, tokens), random);
          }
        }
      }
    }
  }

  private record Run(TensorType type, int rows, int columns, int tokens) {}

  private static void compare(MatrixKernel vectors, MatrixKernel inTiles, Run run, Random random) {
    try (Arena memory = GuardedMemory.whereItCan();
        WorkerScratch scratch = WorkerScratch.exactIn(memory)) {
      Tensor weights = RandomWeights.random(run.type(), run.rows(), run.columns(), random, memory);
      FloatMatrix x = new FloatMatrix(memory, run.tokens(), run.columns());
      for (long i = 0; i < (long) run.tokens() * run.columns(); i++) {
        x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
      FloatMatrix expected = product(vectors, weights, x, memory, scratch);
      FloatMatrix found = product(inTiles, weights, x, memory, scratch);
      assertThat(found.data().mismatch(expected.data()))
          .as("%s by %s", run, inTiles.name())
          .isEqualTo(-1);
    }
  }

  private static MatrixKernel kernel(TensorType type, Planes planes, TileUse tileUse, Arena code) {
    SystemMemory memory = SystemMemory.ofThisSystem();
    return new MatrixKernels(
            emitters -> RoutineLibrary.load(emitters, memory, code),
            planes,
            Vectors.AVX512,
            tileUse)
        .of(type)
        .orElseThrow();
  }

  private static FloatMatrix product(
      MatrixKernel kernel, Tensor weights, FloatMatrix x, Arena memory, WorkerScratch scratch) {
    int rows = Math.toIntExact(weights.shape().rows());
    PackedMatrix packed = kernel.reserve(weights, memory);
    RandomWeights.pack(kernel, weights, packed, new RowRange(0, rows));
    FloatMatrix out = new FloatMatrix(memory, x.tokens(), rows);
    PanelLayout layout = kernel.panelLayout(x.tokens(), BatchInvariance.OFF, Precision.EXACT);
    Panel panel = layout.reserve(x, null, memory);
    for (int piece = 0; piece < layout.pieces(x); piece++) {
      layout.prepare(x, panel, piece);
    }
    kernel.multiply(packed, panel, new RowRange(0, rows), out, scratch);
    return out;
  }
}
