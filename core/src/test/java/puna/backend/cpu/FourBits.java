package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;

/// What a cache of four bits must hold.
final class FourBits {
  private static final int BLOCK = 32;

  private FourBits() {}

  /// Requires that KV head 1 at position 3 of block 2 is what `x` has of it in token 1: the value
  /// of largest magnitude as it is, the others within half a step, or a step at the other end.
  static void requireStored(KvSlab slab, FloatMatrix x, int headSize) {
    for (int first = 0; first < headSize; first += BLOCK) {
      int end = Math.min(first + BLOCK, headSize);
      float extreme = 0;
      for (int d = first; d < end; d++) {
        extreme =
            Math.abs(value(x, headSize, d)) > Math.abs(extreme) ? value(x, headSize, d) : extreme;
      }
      float step = Math.abs(extreme) / 8;
      for (int d = first; d < end; d++) {
        float value = value(x, headSize, d);
        boolean isClipped =
            Math.signum(value) != Math.signum(extreme) && Math.abs(value) > 7.5f * step;
        // and the rounding of the scale to f16
        float error = (isClipped ? step : step / 2) + Math.abs(extreme) / 2048;
        assertThat(CachedFloats.cached(slab, new int[] {2}, 3, d)).isCloseTo(value, within(error));
      }
    }
  }

  private static float value(FloatMatrix x, int headSize, int d) {
    return x.data().get(ValueLayout.JAVA_FLOAT, x.offset(1) + 4L * (headSize + d));
  }
}
