package puna.model;

import org.junit.jupiter.api.Test;

class ScalarMixtureTest extends MixtureContract {
  ScalarMixtureTest() {
    super("scalar", 2e-4f);
  }

  @Test
  void multipliesByExpertsOfEveryType() {
    MixtureTwins.check("scalar", mix -> 1e-5);
  }
}
