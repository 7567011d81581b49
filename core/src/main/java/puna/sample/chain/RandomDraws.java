package puna.sample.chain;

/// Uniform random numbers from a seed: SplitMix64 (Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", 2014), written out here so that a seed gives the same draws on
/// every Java release.
final class RandomDraws {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT_53_BITS = 0x1p-53;

  private long state;

  RandomDraws(long seed) {
    state = seed;
  }

  /// The next number, from 0 inclusive to 1 exclusive, in steps of 2⁻⁵³.
  double next() {
    state += GOLDEN_GAMMA;
    return (mix(state) >>> 11) * UNIT_53_BITS;
  }

  /// Another seed from 0 for each number.
  static long derive(long seed, int number) {
    return mix(seed + number * GOLDEN_GAMMA) >>> 1;
  }

  private static long mix(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
