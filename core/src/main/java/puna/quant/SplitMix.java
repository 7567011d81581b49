package puna.quant;

/// The SplitMix64 generator: small, fast, and the same numbers on every machine and version.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
public final class SplitMix {
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  private long state;

  public SplitMix(long seed) {
    state = seed;
  }

  public long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /// The seed of the `index`-th part of what `seed` stands for.
  public static long split(long seed, long index) {
    return mix(mix(seed) + GOLDEN_GAMMA * (index + 1));
  }

  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ mixed >>> 31;
  }
}
