package puna.x64.cpu;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The sets of instructions that kernels are written for, the later the faster. Each contains those
/// before it but `AVX_VNNI`, which processors with AVX-512 VNNI may lack.
public enum X64Tier {
  /// AVX2 with FMA and F16C.
  AVX2("avx2", "AVX2") {
    @Override
    public boolean runsOn(CpuFeatures cpu) {
      return cpu.avx2() && cpu.fma() && cpu.f16c();
    }
  },
  /// AVX2 with AVX-VNNI: byte products without AVX-512.
  AVX_VNNI("avxvnni", "AVX2, AVX-VNNI") {
    @Override
    public boolean runsOn(CpuFeatures cpu) {
      return AVX2.runsOn(cpu) && cpu.avxVnni();
    }
  },
  /// AVX-512 F, BW, VL and DQ with VNNI.
  AVX512_VNNI("vnni", "AVX-512 VNNI") {
    @Override
    public boolean runsOn(CpuFeatures cpu) {
      return AVX2.runsOn(cpu)
          && cpu.avx512f()
          && cpu.avx512bw()
          && cpu.avx512vl()
          && cpu.avx512dq()
          && cpu.vnni();
    }
  },
  /// AVX512_BF16 as well.
  AVX512_BF16("bf16", "AVX-512 VNNI BF16") {
    @Override
    public boolean runsOn(CpuFeatures cpu) {
      return AVX512_VNNI.runsOn(cpu) && cpu.bf16();
    }
  },
  /// AMX tiles of bytes and of bf16 as well.
  AMX("amx", "AVX-512 VNNI BF16, AMX") {
    @Override
    public boolean runsOn(CpuFeatures cpu) {
      return AVX512_BF16.runsOn(cpu) && cpu.amxTile() && cpu.amxInt8() && cpu.amxBf16();
    }
  };

  private final String option;
  private final String description;

  X64Tier(String option, String description) {
    this.option = option;
    this.description = description;
  }

  /// The highest tier that a processor has; empty where it lacks even AVX2.
  public static Optional<X64Tier> best(CpuFeatures cpu) {
    return best(cpu, AMX);
  }

  /// The highest tier that a processor has, `cap` at most.
  public static Optional<X64Tier> best(CpuFeatures cpu, X64Tier cap) {
    return Arrays.stream(values())
        .filter(tier -> tier.compareTo(cap) <= 0 && tier.runsOn(cpu))
        .reduce((_, higher) -> higher);
  }

  /// The tier that the option `puna.x64.tier` calls `name`; empty when there is none.
  public static Optional<X64Tier> named(String name) {
    return Arrays.stream(values()).filter(tier -> tier.option.equals(name)).findFirst();
  }

  /// Whether a processor has all of its instructions.
  public abstract boolean runsOn(CpuFeatures cpu);

  /// The names of all, as the option `puna.x64.tier` has them: `avx2, …, amx`.
  public static String options() {
    return Arrays.stream(values()).map(X64Tier::option).collect(Collectors.joining(", "));
  }

  /// Its name in the option `puna.x64.tier`.
  public String option() {
    return option;
  }

  /// For people, such as `AVX-512 VNNI`.
  public String description() {
    return description;
  }

  /// Whether every processor of this tier has what `other` has.
  public boolean includes(X64Tier other) {
    return this == other || (other != AVX_VNNI && compareTo(other) > 0);
  }
}
