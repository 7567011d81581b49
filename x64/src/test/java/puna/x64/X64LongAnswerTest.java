package puna.x64;

import org.junit.jupiter.api.BeforeAll;
import puna.KernelTier;
import puna.LongAnswerContract;
import puna.x64.cpu.X64Tier;

class X64LongAnswerTest extends LongAnswerContract {
  X64LongAnswerTest() {
    super(KernelTier.X64);
  }

  @BeforeAll
  static void needsTheTier() {
    TestMachine.assumeTier(X64Tier.AVX2);
  }
}
