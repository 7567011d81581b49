package puna.vector;

import puna.KernelTier;
import puna.MappedExpertsContract;

class VectorMappedExpertsTest extends MappedExpertsContract {
  VectorMappedExpertsTest() {
    super(KernelTier.VECTOR, 0);
  }
}
