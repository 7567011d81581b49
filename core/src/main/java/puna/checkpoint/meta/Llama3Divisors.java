package puna.checkpoint.meta;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// What the rotary frequencies of Llama 3.1 and later are divided by: 1 for short waves, the factor
/// for those longer than the original context, and something in between.
///
/// Source: Meta's `apply_scaling`, which has one factor for all models; Hugging Face's
/// configurations have a larger one for the small models of 3.2, which everybody uses.
final class Llama3Divisors {
  private static final String NAME = "rope_freqs.weight";
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final double ORIGINAL_CONTEXT = 8192;
  private static final double FACTOR = 8;
  private static final double SMALL_FACTOR = 32;

  /// Llama 3.2's 1B and 3B have this width at most, every other model more.
  private static final int SMALL_WIDTH = 3072;

  private Llama3Divisors() {}

  /// One for each pair of a head.
  static Tensor of(MetaParams params) {
    double factor =
        params.ropeFactor().orElse(params.width() <= SMALL_WIDTH ? SMALL_FACTOR : FACTOR);
    int pairs = params.headSize() / 2;
    MemorySegment memory = MemorySegment.ofArray(new byte[4 * pairs]);
    ValueLayout.OfFloat layout =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (int pair = 0; pair < pairs; pair++) {
      double frequency = Math.pow(params.ropeBase(), -2.0 * pair / params.headSize());
      memory.setAtIndex(layout, pair, (float) divisor(2 * Math.PI / frequency, factor));
    }
    return new Tensor(NAME, TensorType.F32, Shape.of(pairs), memory);
  }

  private static double divisor(double wave, double factor) {
    if (wave < ORIGINAL_CONTEXT / HIGH) {
      return 1;
    }
    if (wave > ORIGINAL_CONTEXT / LOW) {
      return factor;
    }
    double share = (ORIGINAL_CONTEXT / wave - LOW) / (HIGH - LOW);
    return 1 / ((1 - share) / factor + share);
  }
}
