package puna.x64.kernel;

import java.lang.foreign.Arena;
import puna.backend.cpu.FloatKernelsContract;
import puna.x64.code.GuardedMemory;
import puna.x64.cpu.X64Tier;

/// Attention of many tokens multiplies in bf16, of eight bits: a step is 2⁻⁸ of a number.
class Avx512Bf16FloatKernelsTest extends FloatKernelsContract {
  Avx512Bf16FloatKernelsTest() {
    super(FloatTier.of(X64Tier.AVX512_BF16), 0.1);
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }
}
