package puna.model;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Every tensor type through the whole model, on the tier of this module.
class TinyQuantsTest {
  private static final double RELATIVE_L2 = 1e-4;

  @Test
  void everyTypeGivesTheReferenceLogits() throws IOException {
    TinyQuants.check("scalar", _ -> RELATIVE_L2);
  }
}
