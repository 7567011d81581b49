package puna.x64;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.KernelStress;
import puna.backend.cpu.TierFactory.Offer;
import puna.tensor.TensorType;
import puna.x64.code.GuardedMemory;
import puna.x64.code.Platform;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

/// Random shapes on every tier that this machine has, with nothing behind the buffers' ends.
class X64StressTest {
  private static final int SHAPES = Integer.getInteger("puna.test.shapes", 700);
  private static final long SEED = TestSeed.of(1);

  /// Types that have a scale for 16 weights and are packed with one for 32; and Q8_1, whose random
  /// blocks have −128 under negative scales, as no encoder's have.
  private static final Set<TensorType> COARSER =
      Set.of(
          TensorType.IQ1_M, TensorType.IQ2_XS, TensorType.IQ2_S, TensorType.NVFP4, TensorType.Q8_1);

  @AfterEach
  void reset() {
    System.clearProperty(X64Settings.TIER);
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }

  @ParameterizedTest
  @EnumSource(X64Tier.class)
  void staysInsideItsBuffersAndIsExact(X64Tier tier) {
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
    run(tier);
  }

  /// Rounding both sides to eight bits leaves an error below the bound.
  @ParameterizedTest
  @EnumSource(
      value = X64Tier.class,
      names = {"AVX512_BF16", "AMX"})
  void staysInsideItsBuffersInTiles(X64Tier tier) {
    System.setProperty(X64Settings.PROMPT_PRECISION, "tiles");
    run(tier);
  }

  private static void run(X64Tier tier) {
    TestMachine.assumeTier(tier);
    assumeTrue(Platform.current() == Platform.LINUX, "needs a system that gives back single pages");
    System.setProperty(X64Settings.TIER, tier.option());
    try (KernelProvider provider = ((Offer.Available) new X64TierFactory().open()).provider()) {
      new KernelStress(provider, type -> COARSER.contains(type) ? 1e-3 : 1e-5)
          .run(SHAPES, SEED, GuardedMemory::new);
    }
  }
}
