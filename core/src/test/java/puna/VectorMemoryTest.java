package puna;

class VectorMemoryTest extends MemoryContract {
  @Override
  protected String tier() {
    return "vector";
  }
}
