package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.TierFactory.Offer;
import puna.x64.code.RefusingMemory;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels.TileKind;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.settings.X64Settings;
import puna.x64.settings.X64Settings.PromptPrecision;

class X64TierTest {
  @AfterEach
  void uncap() {
    System.clearProperty(X64Settings.TIER);
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }

  @Test
  void takesTheHighestTierThatTheProcessorHas() {
    assertThat(X64Tier.best(cpu(0))).isEmpty();
    assertThat(X64Tier.best(cpu(1))).contains(X64Tier.AVX2);
    assertThat(X64Tier.best(cpu(2))).contains(X64Tier.AVX512_VNNI);
    assertThat(X64Tier.best(cpu(3))).contains(X64Tier.AVX512_BF16);
    assertThat(X64Tier.best(cpu(4))).contains(X64Tier.AMX);
  }

  @Test
  void staysBelowTheCap() {
    assertThat(X64Tier.best(cpu(4), X64Tier.AVX2)).contains(X64Tier.AVX2);
    assertThat(X64Tier.best(cpu(4), X64Tier.AVX512_BF16)).contains(X64Tier.AVX512_BF16);
    assertThat(X64Tier.best(cpu(2), X64Tier.AMX)).contains(X64Tier.AVX512_VNNI);
    assertThat(X64Tier.best(cpu(0), X64Tier.AMX)).isEmpty();
  }

  @Test
  void avxVnniIsATierOfItsOwnBelowAvx512() {
    assertThat(X64Tier.best(withAvxVnni(0))).isEmpty();
    assertThat(X64Tier.best(withAvxVnni(1))).contains(X64Tier.AVX_VNNI);
    assertThat(X64Tier.best(withAvxVnni(2))).contains(X64Tier.AVX512_VNNI);
    assertThat(X64Tier.best(withAvxVnni(3))).contains(X64Tier.AVX512_BF16);
    assertThat(X64Tier.best(withAvxVnni(4))).contains(X64Tier.AMX);
    assertThat(X64Tier.best(withAvxVnni(1), X64Tier.AVX2)).contains(X64Tier.AVX2);
    for (int level = 1; level <= 4; level++) {
      assertThat(X64Tier.best(withAvxVnni(level), X64Tier.AVX_VNNI)).contains(X64Tier.AVX_VNNI);
    }
  }

  @Test
  void aCapAtAvxVnniIsOneAtAvx2WhereTheProcessorLacksIt() {
    for (int level = 1; level <= 4; level++) {
      assertThat(X64Tier.best(cpu(level), X64Tier.AVX_VNNI)).contains(X64Tier.AVX2);
    }
    assertThat(X64Tier.best(cpu(0), X64Tier.AVX_VNNI)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(X64Tier.class)
  void includesWhatEveryProcessorOfTheTierHas(X64Tier tier) {
    for (X64Tier other : X64Tier.values()) {
      boolean everyProcessorHasIt = processors().filter(tier::runsOn).allMatch(other::runsOn);
      assertThat(tier.includes(other))
          .as("%s includes %s", tier, other)
          .isEqualTo(everyProcessorHasIt);
    }
  }

  @Test
  void anOptionNamesEachTier() {
    assertThat(X64Tier.options()).isEqualTo("avx2, avxvnni, vnni, bf16, amx");
    assertThat(X64Tier.named("avxvnni")).contains(X64Tier.AVX_VNNI);
    assertThat(X64Tier.named("vnni")).contains(X64Tier.AVX512_VNNI);
    assertThat(X64Tier.named("sse")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(X64Tier.class)
  void opensEveryTierThatTheProcessorHas(X64Tier tier) {
    TestMachine.assumeTier(tier);
    System.setProperty(X64Settings.TIER, tier.option());

    Offer offer = new X64TierFactory().open();

    assertThat(offer).isInstanceOf(Offer.Available.class);
    try (KernelProvider provider = ((Offer.Available) offer).provider()) {
      assertThat(provider.tier()).isEqualTo("x64");
      assertThat(provider.description()).isEqualTo(tier.description());
    }
  }

  @Test
  void nativeAccessIsEnabledByTheNameOfTheModuleIfItHasOne() {
    assertThat(X64TierFactory.enabling(Object.class.getModule()))
        .isEqualTo("start the JVM with --enable-native-access=java.base");
    assertThat(X64TierFactory.enabling(getClass().getClassLoader().getUnnamedModule()))
        .startsWith("start the JVM with --enable-native-access=ALL-UNNAMED")
        .contains("Enable-Native-Access: ALL-UNNAMED");
  }

  @Test
  void saysThatItIsSwitchedOff() {
    assertThat(reason("off")).contains("switched off by -Dpuna.x64.tier=off");
    assertThat(reason(" OFF ")).contains("switched off by -Dpuna.x64.tier=off");
  }

  @Test
  void saysWhichTiersThereAreWhenTheOptionNamesNone() {
    assertThat(reason("sse"))
        .contains(
            "-Dpuna.x64.tier=sse names no tier; tiers are avx2, avxvnni, vnni, bf16, amx, and"
                + " off");
  }

  @Test
  void saysWhichWaysThereAreWhenTheOptionNamesNone() {
    System.setProperty(X64Settings.PROMPT_PRECISION, "exat");

    assertThat(reason("avx2"))
        .contains(
            "-Dpuna.x64.wide=exat names no way to multiply prompts; ways are auto, exact, bf16 and"
                + " tiles");
  }

  @Test
  void multipliesInTheVectorsOfTheTier() {
    assertThat(X64Kernels.vectors(X64Tier.AVX2)).isEqualTo(Vectors.AVX2);
    assertThat(X64Kernels.vectors(X64Tier.AVX_VNNI)).isEqualTo(Vectors.AVX_VNNI);
    assertThat(X64Kernels.vectors(X64Tier.AVX512_VNNI)).isEqualTo(Vectors.AVX512);
    assertThat(X64Kernels.vectors(X64Tier.AVX512_BF16)).isEqualTo(Vectors.AVX512);
    assertThat(X64Kernels.vectors(X64Tier.AMX)).isEqualTo(Vectors.AVX512);
  }

  @Test
  void multipliesPromptsInTilesWhereThereAreSomeUnlessToldOtherwise() {
    assertThat(X64Kernels.tiles(X64Tier.AMX, PromptPrecision.AUTO)).isEqualTo(TileKind.AMX);
    assertThat(X64Kernels.tiles(X64Tier.AMX, PromptPrecision.BF16)).isEqualTo(TileKind.AMX);
    assertThat(X64Kernels.tiles(X64Tier.AMX, PromptPrecision.TILES)).isEqualTo(TileKind.AMX);
    assertThat(X64Kernels.tiles(X64Tier.AMX, PromptPrecision.EXACT)).isEqualTo(TileKind.NONE);
    assertThat(X64Kernels.tiles(X64Tier.AVX512_BF16, PromptPrecision.AUTO))
        .isEqualTo(TileKind.NONE);
    assertThat(X64Kernels.tiles(X64Tier.AVX512_BF16, PromptPrecision.BF16))
        .isEqualTo(TileKind.NONE);
    assertThat(X64Kernels.tiles(X64Tier.AVX512_BF16, PromptPrecision.TILES))
        .isEqualTo(TileKind.EMULATED);
    assertThat(X64Kernels.tiles(X64Tier.AVX512_VNNI, PromptPrecision.TILES))
        .isEqualTo(TileKind.NONE);
    assertThat(X64Kernels.tiles(X64Tier.AVX_VNNI, PromptPrecision.TILES)).isEqualTo(TileKind.NONE);
  }

  @Test
  void saysWhyTheProcessorCannotBeAsked() {
    TestMachine.assumeX64();
    assertThat(X64TierFactory.offer(X64Tier.AMX, PromptPrecision.AUTO, new RefusingMemory()))
        .isEqualTo(new Offer.Unavailable("mapping is refused"));
  }

  private static Optional<String> reason(String option) {
    System.setProperty(X64Settings.TIER, option);
    return new X64TierFactory().open() instanceof Offer.Unavailable(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private static Stream<CpuFeatures> processors() {
    return IntStream.rangeClosed(0, 4)
        .boxed()
        .flatMap(level -> Stream.of(cpu(level), withAvxVnni(level)));
  }

  /// @param level how many it has of AVX2, AVX-512 VNNI, BF16 and AMX; it has no AVX-VNNI
  private static CpuFeatures cpu(int level) {
    return cpu(level, false);
  }

  private static CpuFeatures withAvxVnni(int level) {
    return cpu(level, true);
  }

  private static CpuFeatures cpu(int level, boolean avxVnni) {
    boolean avx2 = level > 0;
    boolean vnni = level > 1;
    boolean bf16 = level > 2;
    boolean amx = level > 3;
    return new CpuFeatures(
        "test", 0, true, avx2, avx2, avx2, vnni, vnni, vnni, vnni, vnni, vnni, bf16, amx, amx, amx,
        avxVnni);
  }
}
