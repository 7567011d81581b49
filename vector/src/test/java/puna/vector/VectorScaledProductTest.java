package puna.vector;

import puna.backend.cpu.ScaledProductContract;

class VectorScaledProductTest extends ScaledProductContract {
  VectorScaledProductTest() {
    super("vector");
  }
}
