package puna;

class VectorChangingFileTest extends ChangingFileContract {
  @Override
  protected String tier() {
    return "vector";
  }
}
