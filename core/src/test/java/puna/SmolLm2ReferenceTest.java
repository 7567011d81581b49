package puna;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import puna.ReferencePrompts.Bounds;

/// The embedded model against a float32 reference, prompt by prompt.
class SmolLm2ReferenceTest {
  @Test
  void scalarFloat32AgreesOnAllPrompts() throws IOException {
    ReferencePrompts.check("scalar", KvPrecision.F32, Bounds.FLOAT32);
  }

  @Test
  void vectorFloat32AgreesOnAllPrompts() throws IOException {
    ReferencePrompts.check("vector", KvPrecision.F32, Bounds.FLOAT32);
  }

  @Test
  void vectorWithHalvesInTheCacheAgreesOnAllPrompts() throws IOException {
    ReferencePrompts.check("vector", KvPrecision.F16, Bounds.HALF_CACHE);
  }
}
