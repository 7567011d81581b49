package puna.vector;

import puna.ChangingFileContract;

class VectorChangingFileTest extends ChangingFileContract {
  @Override
  protected String tier() {
    return "vector";
  }
}
