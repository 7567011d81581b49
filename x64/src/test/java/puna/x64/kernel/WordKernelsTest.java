package puna.x64.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RandomWeights;
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

  @EveryQuantizedType
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
    try (Arena memory = GuardedMemory.whereItCan()) {
      Tensor weights = RandomWeights.random(type, rows, columns, random, memory);
      PackedMatrix packed = KernelRuns.pack(kernel, weights, memory);
      for (int tokens : TOKENS) {
        FloatMatrix x = KernelRuns.activations(tokens, columns, random, memory);
        FloatMatrix found = KernelRuns.product(kernel, packed, x, memory);
        for (int token = 0; token < tokens; token++) {
          FloatMatrix alone = new FloatMatrix(memory, 1, columns);
          long bytes = (long) columns * Float.BYTES;
          MemorySegment.copy(x.data(), x.offset(token), alone.data(), 0, bytes);
          FloatMatrix expected = KernelRuns.product(kernel, packed, alone, memory);
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
}
