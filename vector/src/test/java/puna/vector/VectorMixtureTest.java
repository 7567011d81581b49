package puna.vector;

import org.junit.jupiter.api.Test;
import puna.model.MixtureContract;
import puna.model.MixtureTwins;

class VectorMixtureTest extends MixtureContract {
  VectorMixtureTest() {
    super("vector", 2e-4f);
  }

  @Test
  void multipliesByExpertsOfEveryType() {
    MixtureTwins.check("vector", mix -> 1e-4);
  }
}
