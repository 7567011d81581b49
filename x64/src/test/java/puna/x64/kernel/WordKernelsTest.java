package puna.x64.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import puna.x64.kernel.MatrixKernels.TileUse;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;

/// Products of many tokens with AVX2, in words, are those of a single token, to the last bit.
class WordKernelsTest {
  private static final int[] TOKENS = {4, 8, 9, 10, 11, 37};
  private static final int[] ROWS = {8, 16, 35}; // one group, two, and three with a part of one
  private static final int[] COLUMNS = {256, 768}; // one piece of the depth, and two

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16", "F64", "F8_E4M3", "F8_E5M2", "I8", "I16", "I32", "I64"})
  void multipliesManyTokensAsOne(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX2);
    try (Arena code = Arena.ofShared()) {
      MatrixKernel kernel = kernel(type, Planes.TWO, code);
      Random random = TestSeed.random(12);
      for (int columns : COLUMNS) {
        for (int rows : ROWS) {
          compare(kernel, type, rows, columns, random);
        }
      }
    }
  }

  @Test
  void activationsOfOnePlaneStayInBytes() {
    TestMachine.assumeTier(X64Tier.AVX2);
    try (Arena code = Arena.ofShared()) {
      assertThat(kernel(TensorType.Q4_0, Planes.ONE, code).name()).doesNotContain("words");
      assertThat(kernel(TensorType.Q4_0, Planes.TWO, code).name()).contains("words");
    }
  }

  private static void compare(
      MatrixKernel kernel, TensorType type, int rows, int columns, Random random) {
    try (Arena memory = GuardedMemory.whereItCan();
        WorkerScratch scratch = WorkerScratch.exactIn(memory)) {
      Tensor weights = RandomWeights.random(type, rows, columns, random, memory);
      PackedMatrix packed = kernel.reserve(weights, memory);
      RandomWeights.pack(kernel, weights, packed, new RowRange(0, rows));
      for (int tokens : TOKENS) {
        FloatMatrix x = new FloatMatrix(memory, tokens, columns);
        for (long i = 0; i < (long) tokens * columns; i++) {
          x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        FloatMatrix found = product(kernel, packed, x, memory, scratch);
        for (int token = 0; token < tokens; token++) {
          FloatMatrix alone = new FloatMatrix(memory, 1, columns);
          long bytes = (long) columns * Float.BYTES;
          MemorySegment.copy(x.data(), x.offset(token), alone.data(), 0, bytes);
          FloatMatrix expected = product(kernel, packed, alone, memory, scratch);
          long resultBytes = (long) rows * Float.BYTES;
          assertThat(
                  found
                      .data()
                      .asSlice(found.offset(token), resultBytes)
                      .mismatch(expected.data().asSlice(0, resultBytes)))
              .as("%s, %d × %d, token %d of %d", type, rows, columns, token, tokens)
              .isEqualTo(-1);
        }
      }
    }
  }

  private static MatrixKernel kernel(TensorType type, Planes planes, Arena code) {
    SystemMemory memory = SystemMemory.ofThisSystem();
    return new MatrixKernels(
            emitters -> RoutineLibrary.load(emitters, memory, code),
            planes,
            Vectors.AVX2,
            TileUse.NONE)
        .of(type)
        .orElseThrow();
  }

  private static FloatMatrix product(
      MatrixKernel kernel,
      PackedMatrix packed,
      FloatMatrix x,
      Arena memory,
      WorkerScratch scratch) {
    FloatMatrix out = new FloatMatrix(memory, x.tokens(), packed.rows());
    PanelLayout layout = kernel.panelLayout(x.tokens(), BatchInvariance.ON, Precision.EXACT);
    Panel panel = layout.reserve(x, null, memory);
    for (int piece = 0; piece < layout.pieces(x); piece++) {
      layout.prepare(x, panel, piece);
    }
    kernel.multiply(packed, panel, new RowRange(0, packed.rows()), out, scratch);
    return out;
  }
}
