package puna.vector;

import puna.backend.cpu.MemoryPlanContract;

class VectorMemoryPlanTest extends MemoryPlanContract {
  VectorMemoryPlanTest() {
    super(new VectorTierFactory());
  }
}
