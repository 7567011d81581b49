package puna.x64;

import org.junit.jupiter.api.BeforeAll;
import puna.backend.cpu.ScaledProductContract;
import puna.x64.cpu.X64Tier;

class X64ScaledProductTest extends ScaledProductContract {
  X64ScaledProductTest() {
    super("x64");
  }

  @BeforeAll
  static void needsTheTier() {
    TestMachine.assumeTier(X64Tier.AVX2);
  }
}
