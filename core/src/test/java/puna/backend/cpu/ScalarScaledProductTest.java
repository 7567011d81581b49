package puna.backend.cpu;

class ScalarScaledProductTest extends ScaledProductContract {
  ScalarScaledProductTest() {
    super("scalar");
  }
}
