package puna.checkpoint.meta;

import java.lang.foreign.MemorySegment;
import puna.checkpoint.Llama3Frequencies;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// What the rotary frequencies of Llama 3.1 and later are divided by: 1 for short waves, the factor
/// for those longer than the original context, and something in between.
///
/// Source: Meta's `apply_scaling`, which has one factor for all models; Hugging Face's
/// configurations have a larger one for the small models of 3.2, which everybody uses. Of Llama 4
/// only Scout stretches, by values of its own.
final class Llama3Divisors {
  private static final String NAME = "rope_freqs.weight";
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final int ORIGINAL_CONTEXT = 8192;
  private static final double FACTOR = 8;
  private static final double SMALL_FACTOR = 32;
  private static final double SCOUT_FACTOR = 16;

  /// Llama 3.2's 1B and 3B have this width at most, every other model more.
  private static final int SMALL_WIDTH = 3072;

  private Llama3Divisors() {}

  /// One for each pair of a head.
  static Tensor of(MetaParams params) {
    double factor = params.ropeFactor().orElse(usualFactor(params));
    double high = params.fourth().map(Llama4Params::highFrequency).orElse(HIGH);
    float[] divisors =
        new Llama3Frequencies(factor, LOW, high, ORIGINAL_CONTEXT)
            .divisors(params.ropeBase(), params.headSize());
    return new Tensor(
        NAME, TensorType.F32, Shape.of(divisors.length), MemorySegment.ofArray(divisors));
  }

  private static double usualFactor(MetaParams params) {
    if (params.fourth().isPresent()) {
      return SCOUT_FACTOR;
    }
    return params.width() <= SMALL_WIDTH ? SMALL_FACTOR : FACTOR;
  }
}
