package puna.backend.cpu.vector;

import org.jspecify.annotations.Nullable;
import puna.backend.cpu.Panel;

/// The arrays behind panels, handed on from step to step.
final class PanelArrays {
  private PanelArrays() {}

  /// `reusable`'s array if it has room for `size` numbers, else a new one.
  static float[] reuse(@Nullable Panel reusable, int size) {
    if (reusable instanceof VectorPanel panel && panel.values().length >= size) {
      return panel.values();
    }
    return new float[size];
  }
}
