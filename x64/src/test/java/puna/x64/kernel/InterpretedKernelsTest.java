package puna.x64.kernel;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.tensor.TensorType;
import puna.x64.TestMachine;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.KernelRuns.Pair;
import puna.x64.kernel.KernelRuns.Size;
import puna.x64.kernel.KernelRuns.Way;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;

/// The interpreter computes what the processor does: products with AVX2, to the last bit.
class InterpretedKernelsTest {
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {
        "Q4_0", "Q4_1", "Q5_0", "Q8_0", "Q2_K", "Q3_K", "Q5_K", "Q6_K", "IQ4_XS", "MXFP4", "IQ2_S"
      })
  void multipliesAsTheProcessor(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX2);
    compare(
        Planes.TWO,
        type,
        new Size(11, 256, 1),
        new Size(8, 512, 3),
        new Size(19, 256, 9),
        new Size(8, 768, 8));
    compare(Planes.ONE, type, new Size(11, 256, 3));
  }

  private static void compare(Planes planes, TensorType type, Size... sizes) {
    KernelRuns.compare(
        new Pair(Vectors.AVX2, Vectors.AVX2, planes, Way.INTERPRETED), type, List.of(sizes));
  }
}
