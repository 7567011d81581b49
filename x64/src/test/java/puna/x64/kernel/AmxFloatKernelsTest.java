package puna.x64.kernel;

import java.lang.foreign.Arena;
import puna.backend.cpu.FloatKernelsContract;
import puna.x64.code.GuardedMemory;
import puna.x64.cpu.X64Tier;

/// Attention of many tokens multiplies in tiles of bf16.
class AmxFloatKernelsTest extends FloatKernelsContract {
  AmxFloatKernelsTest() {
    super(FloatTier.of(X64Tier.AMX, X64FloatKernels.AttentionArithmetic.AMX), 0.1);
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }
}
