package puna.x64.kernel;

import java.util.ArrayList;
import java.util.List;
import puna.tensor.TensorType;
import puna.x64.TestMachine;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.KernelRuns.Pair;
import puna.x64.kernel.KernelRuns.Size;
import puna.x64.kernel.KernelRuns.Way;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;

/// Products with AVX-VNNI are those with AVX2, to the last bit: where the processor has it, in the
/// encoding of AVX-512 VNNI where it has that, and interpreted everywhere.
class AvxVnniKernelsTest {
  @EveryQuantizedType
  void multipliesAsAvx2(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX_VNNI);
    compare(Vectors.AVX_VNNI, type);
  }

  @EveryQuantizedType
  void multipliesAsAvx2InTheEncodingOfAvx512(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX512_VNNI);
    compare(Vectors.AVX_VNNI_OF_AVX512, type);
  }

  @EveryQuantizedType
  void multipliesAsAvx2WhereItIsInterpreted(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX2);
    // a row group and a part of one; bytes of each number of tokens; words in one and in two row
    // groups, with each number of tokens in the last pass
    List<Size> sizes = new ArrayList<>();
    for (int tokens = 1; tokens <= 4; tokens++) {
      sizes.add(new Size(11, 256, tokens));
    }
    sizes.add(new Size(8, 512, 7));
    sizes.add(new Size(19, 256, 25));
    sizes.add(new Size(16, 768, 26));
    sizes.add(new Size(19, 256, 27));
    interpret(Planes.TWO, type, sizes);
    interpret(Planes.ONE, type, List.of(new Size(11, 256, 7)));
  }

  private static void compare(Vectors vectors, TensorType type) {
    List<Size> sizes = new ArrayList<>();
    for (int tokens : new int[] {1, 2, 3, 4, 7, 8, 9, 10, 11, 24, 25, 26, 27, 37}) {
      sizes.add(new Size(35, 256, tokens));
      sizes.add(new Size(16, 768, tokens));
    }
    for (Planes planes : Planes.values()) {
      KernelRuns.compare(
          new Pair(Vectors.AVX2, vectors, planes, Way.ON_THE_PROCESSOR), type, sizes);
    }
  }

  private static void interpret(Planes planes, TensorType type, List<Size> sizes) {
    KernelRuns.compare(
        new Pair(Vectors.AVX2, Vectors.AVX_VNNI, planes, Way.INTERPRETED), type, sizes);
  }
}
