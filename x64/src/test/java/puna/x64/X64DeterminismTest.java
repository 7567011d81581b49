package puna.x64;

import org.junit.jupiter.api.BeforeAll;
import puna.DeterminismContract;
import puna.x64.cpu.X64Tier;

class X64DeterminismTest extends DeterminismContract {
  X64DeterminismTest() {
    super("x64");
  }

  @BeforeAll
  static void needsTheTier() {
    TestMachine.assumeTier(X64Tier.AVX2);
  }
}
