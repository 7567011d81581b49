package puna.model;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every tensor type through the whole model, on the tiers of this module.
class TinyQuantsTest {
  private static final double RELATIVE_L2 = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "vector"})
  void everyTypeGivesTheReferenceLogits(String tier) throws IOException {
    TinyQuants.check(tier, _ -> RELATIVE_L2);
  }
}
