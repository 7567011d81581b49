package puna.vector;

import org.jspecify.annotations.Nullable;
import puna.backend.cpu.Panel;

/// The arrays behind panels, handed on from step to step.
final class PanelArrays {
  private PanelArrays() {}

  /// `reusable`'s array if it has room for `size` numbers, else a new one.
  ///
  /// @param room numbers that a new one has room for
  static float[] reuse(@Nullable Panel reusable, int size, int room) {
    if (reusable instanceof VectorPanel panel && panel.values().length >= size) {
      return panel.values();
    }
    return new float[Math.max(size, room)];
  }
}
