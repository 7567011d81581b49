package puna.x64.kernel;

import org.junit.jupiter.api.BeforeAll;
import puna.x64.TestMachine;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels.TileKind;

class AmxTileKernelsTest extends TileKernelsContract {
  AmxTileKernelsTest() {
    super(TileKind.AMX);
  }

  @BeforeAll
  static void needsTiles() {
    TestMachine.assumeTier(X64Tier.AMX);
  }
}
