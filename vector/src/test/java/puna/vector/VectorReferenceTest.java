package puna.vector;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import puna.KvPrecision;
import puna.ReferencePrompts;
import puna.ReferencePrompts.Bounds;
import puna.ReferencePrompts.Scope;
import puna.model.ScaledMatrices;
import puna.model.TinyQuants;

/// Whole models against float32 references.
class VectorReferenceTest {
  private static final double RELATIVE_L2 = 1e-4;

  @Test
  void float32Agrees() throws IOException {
    ReferencePrompts.check("vector", KvPrecision.F32, Bounds.FLOAT32, Scope.SLICE);
  }

  @Test
  void halvesInTheCacheAgree() throws IOException {
    ReferencePrompts.check("vector", KvPrecision.F16, Bounds.HALF_CACHE, Scope.SLICE);
  }

  @Test
  void everyTypeGivesTheReferenceLogits() throws IOException {
    TinyQuants.check("vector", _ -> RELATIVE_L2);
  }

  @Test
  void scalesEveryMatrixAsItsWeightsTimesTheScale() {
    ScaledMatrices.check("vector");
  }
}
