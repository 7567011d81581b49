package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.Activations;

/// Activations that a test chooses itself.
final class TestActivations {
  private TestActivations() {}

  /// Overwrites one token's values.
  static void write(Activations x, int token, float[] values) {
    FloatMatrix target = (FloatMatrix) x;
    MemorySegment.copy(
        values, 0, target.data(), ValueLayout.JAVA_FLOAT, target.offset(token), values.length);
  }
}
