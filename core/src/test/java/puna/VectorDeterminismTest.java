package puna;

class VectorDeterminismTest extends DeterminismContract {
  VectorDeterminismTest() {
    super("vector");
  }
}
