package puna.x64;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

/// What tests ask of the machine that they run on.
public final class TestMachine {
  private TestMachine() {}

  /// Skips a test that runs machine code where the processor is another.
  public static void assumeX64() {
    assumeTrue(
        X64Settings.architecture().equals("amd64") || X64Settings.architecture().equals("x86_64"),
        "needs an x86-64 processor, and this is " + X64Settings.architecture());
  }

  /// Skips a test of a tier that the processor lacks.
  public static void assumeTier(X64Tier tier) {
    assumeX64();
    assumeTrue(
        tier.runsOn(CpuFeatures.detect()),
        "needs a processor with " + tier.description() + ", and this one lacks it");
  }
}
