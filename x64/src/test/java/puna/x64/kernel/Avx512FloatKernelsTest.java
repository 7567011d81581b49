package puna.x64.kernel;

import java.lang.foreign.Arena;
import puna.backend.cpu.FloatKernelsContract;
import puna.x64.code.GuardedMemory;
import puna.x64.cpu.X64Tier;

class Avx512FloatKernelsTest extends FloatKernelsContract {
  Avx512FloatKernelsTest() {
    super(FloatTier.of(X64Tier.AVX512_VNNI));
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }
}
