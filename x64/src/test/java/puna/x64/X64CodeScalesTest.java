package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.cpu.CodeScalesContract;
import puna.backend.cpu.CpuBackend;
import puna.tensor.TensorType;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

@ParameterizedClass
@EnumSource(
    value = X64Tier.class,
    names = {"AVX2", "AVX512_VNNI"})
class X64CodeScalesTest extends CodeScalesContract {
  X64CodeScalesTest(X64Tier tier) {
    super("x64");
    TestMachine.assumeTier(tier);
    System.setProperty(X64Settings.TIER, tier.option());
  }

  @BeforeAll
  static void needsTheTier() {
    TestMachine.assumeTier(X64Tier.AVX2);
  }

  @ParameterizedTest
  @EnumSource(names = {"F8_E4M3", "F8_E5M2", "I8"})
  void multipliesCodesByItself(TensorType type) {
    try (CpuBackend backend = new CpuBackend(1, Optional.of("x64"))) {
      assertThat(backend.kernel(type).tier()).isEqualTo("x64");
    }
  }

  @AfterAll
  static void reset() {
    System.clearProperty(X64Settings.TIER);
  }
}
