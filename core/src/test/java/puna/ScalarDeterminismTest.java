package puna;

class ScalarDeterminismTest extends DeterminismContract {
  ScalarDeterminismTest() {
    super("scalar");
  }
}
