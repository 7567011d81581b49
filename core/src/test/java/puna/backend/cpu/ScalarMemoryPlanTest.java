package puna.backend.cpu;

import puna.backend.cpu.scalar.ScalarKernels;

class ScalarMemoryPlanTest extends MemoryPlanContract {
  ScalarMemoryPlanTest() {
    super(
        new TierFactory() {
          @Override
          public String tier() {
            return "scalar";
          }

          @Override
          public int rank() {
            return 0;
          }

          @Override
          public Offer open() {
            return new Offer.Available(new ScalarKernels());
          }
        });
  }
}
