package puna.x64.kernel;

import java.lang.foreign.Arena;
import puna.backend.cpu.FloatKernelsContract;
import puna.x64.code.GuardedMemory;
import puna.x64.cpu.X64Tier;

class Avx2FloatKernelsTest extends FloatKernelsContract {
  Avx2FloatKernelsTest() {
    super(FloatTier.of(X64Tier.AVX2));
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }
}
