package puna.vector;

import puna.MemoryContract;

class VectorMemoryTest extends MemoryContract {
  @Override
  protected String tier() {
    return "vector";
  }
}
