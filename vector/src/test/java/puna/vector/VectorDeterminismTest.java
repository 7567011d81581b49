package puna.vector;

import puna.DeterminismContract;

class VectorDeterminismTest extends DeterminismContract {
  VectorDeterminismTest() {
    super("vector");
  }
}
