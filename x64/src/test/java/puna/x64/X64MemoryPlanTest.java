package puna.x64;

import puna.backend.cpu.MemoryPlanContract;

class X64MemoryPlanTest extends MemoryPlanContract {
  X64MemoryPlanTest() {
    super(new X64TierFactory());
  }
}
