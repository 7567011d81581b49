package puna.backend.cpu;

class VectorScaledProductTest extends ScaledProductContract {
  VectorScaledProductTest() {
    super("vector");
  }
}
