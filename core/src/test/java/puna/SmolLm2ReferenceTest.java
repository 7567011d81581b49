package puna;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import puna.ReferencePrompts.Bounds;
import puna.ReferencePrompts.Scope;

/// The embedded model against a float32 reference, prompt by prompt. The scalar tier takes minutes
/// for all of them: that is left to thorough runs.
class SmolLm2ReferenceTest {
  @Test
  void scalarFloat32Agrees() throws IOException {
    ReferencePrompts.check("scalar", KvPrecision.F32, Bounds.FLOAT32, Scope.SLICE);
  }
}
