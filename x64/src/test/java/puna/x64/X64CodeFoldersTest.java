package puna.x64;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import puna.CodeFoldersContract;
import puna.KernelTier;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

class X64CodeFoldersTest extends CodeFoldersContract {
  X64CodeFoldersTest() {
    super(KernelTier.X64);
  }

  @BeforeAll
  static void needsTheTierAndExactPrompts() {
    TestMachine.assumeTier(X64Tier.AVX2);
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
  }

  @AfterAll
  static void reset() {
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }
}
