package puna.vector;

import puna.backend.cpu.CodeScalesContract;

class VectorCodeScalesTest extends CodeScalesContract {
  VectorCodeScalesTest() {
    super("vector");
  }
}
