package puna.model;

class ScalarMixtureTest extends MixtureContract {
  ScalarMixtureTest() {
    super("scalar", 2e-4f);
  }
}
