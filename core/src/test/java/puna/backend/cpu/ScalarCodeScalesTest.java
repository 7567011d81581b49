package puna.backend.cpu;

class ScalarCodeScalesTest extends CodeScalesContract {
  ScalarCodeScalesTest() {
    super("scalar");
  }
}
