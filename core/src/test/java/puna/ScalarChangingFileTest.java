package puna;

class ScalarChangingFileTest extends ChangingFileContract {
  @Override
  protected String tier() {
    return "scalar";
  }
}
