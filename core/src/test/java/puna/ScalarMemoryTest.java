package puna;

class ScalarMemoryTest extends MemoryContract {
  @Override
  protected String tier() {
    return "scalar";
  }
}
