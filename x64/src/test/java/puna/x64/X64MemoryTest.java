package puna.x64;

import puna.MemoryContract;
import puna.x64.cpu.X64Tier;

class X64MemoryTest extends MemoryContract {
  @Override
  protected String tier() {
    TestMachine.assumeTier(X64Tier.AVX2);
    return "x64";
  }
}
