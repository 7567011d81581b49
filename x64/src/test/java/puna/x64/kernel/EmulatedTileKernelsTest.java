package puna.x64.kernel;

import org.junit.jupiter.api.BeforeAll;
import puna.x64.TestMachine;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels.TileKind;

class EmulatedTileKernelsTest extends TileKernelsContract {
  EmulatedTileKernelsTest() {
    super(TileKind.EMULATED);
  }

  @BeforeAll
  static void needsBf16() {
    TestMachine.assumeTier(X64Tier.AVX512_BF16);
  }
}
