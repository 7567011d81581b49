package puna.x64.cpu;

import puna.x64.code.SystemMemory;

/// What the processor can do and the operating system lets it do.
///
/// @param brand the processor's name for itself
/// @param l2Bytes the second-level cache of a core; 0 where it does not say
/// @param vnni AVX512_VNNI
/// @param bf16 AVX512_BF16
/// @param avx512Vbmi AVX512_VBMI: byte permutations
/// @param amxTile AMX-TILE, with the system's permission to use it
/// @param avxVnni AVX-VNNI: byte products without AVX-512
public record CpuFeatures(
    String brand,
    long l2Bytes,
    boolean avx,
    boolean avx2,
    boolean fma,
    boolean f16c,
    boolean avx512f,
    boolean avx512bw,
    boolean avx512vl,
    boolean avx512dq,
    boolean vnni,
    boolean avx512Vbmi,
    boolean bf16,
    boolean amxTile,
    boolean amxInt8,
    boolean amxBf16,
    boolean avxVnni) {

  /// Asks the processor that this JVM runs on.
  ///
  /// @throws RefusedException when it is no x86-64 processor, or the system lets no code run
  public static CpuFeatures detect() {
    return new CpuProbe(SystemMemory.ofThisSystem()).features();
  }
}
