package puna.x64;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.KvPrecision;
import puna.ReferencePrompts;
import puna.ReferencePrompts.Bounds;
import puna.ReferencePrompts.Scope;
import puna.model.TinyQuants;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

/// Whole models on every tier that this machine has, against float32 references.
class X64ReferenceTest {
  /// Files of types that have a scale for 16 weights and are packed to bytes with one for 32.
  private static final Set<String> REQUANTIZED = Set.of("iq1_m", "iq2_xs", "iq2_m", "nvfp4");

  @AfterEach
  void reset() {
    System.clearProperty(X64Settings.TIER);
    System.clearProperty(X64Settings.PROMPT_PRECISION);
    System.clearProperty(X64Settings.ACTIVATIONS);
  }

  @ParameterizedTest
  @EnumSource(X64Tier.class)
  void agrees(X64Tier tier) throws IOException {
    cap(tier);
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
    ReferencePrompts.check("x64", KvPrecision.F16, Bounds.FIFTEEN_BITS, scope(tier));
  }

  @ParameterizedTest
  @EnumSource(
      value = X64Tier.class,
      names = {"AVX512_BF16", "AMX"})
  void agreesInBf16(X64Tier tier) throws IOException {
    cap(tier);
    System.setProperty(X64Settings.PROMPT_PRECISION, "bf16");
    ReferencePrompts.check("x64", KvPrecision.F16, Bounds.BF16, Scope.SLICE);
  }

  @Test
  void agreesInEmulatedTiles() throws IOException {
    cap(X64Tier.AVX512_BF16);
    System.setProperty(X64Settings.PROMPT_PRECISION, "tiles");
    ReferencePrompts.check("x64", KvPrecision.F16, Bounds.BF16, Scope.SLICE);
  }

  @Test
  void agreesWithActivationsOfEightBitsWhereTheChoiceIsClear() throws IOException {
    cap(X64Tier.AVX2);
    System.setProperty(X64Settings.ACTIVATIONS, "8");
    ReferencePrompts.check("x64", KvPrecision.F16, Bounds.EIGHT_BITS, Scope.SLICE);
  }

  @ParameterizedTest
  @EnumSource(X64Tier.class)
  void everyTypeGivesTheReferenceLogits(X64Tier tier) throws IOException {
    cap(tier);
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
    TinyQuants.check("x64", name -> REQUANTIZED.contains(name) ? 3e-2 : TinyQuants.EXACT);
  }

  /// All prompts on the tier that this machine uses, few on those below it.
  private static Scope scope(X64Tier tier) {
    return tier == X64Tier.best(CpuFeatures.detect()).orElseThrow() ? Scope.SHORT : Scope.SLICE;
  }

  private static void cap(X64Tier tier) {
    TestMachine.assumeTier(tier);
    System.setProperty(X64Settings.TIER, tier.option());
  }
}
