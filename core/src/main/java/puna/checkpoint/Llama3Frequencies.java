package puna.checkpoint;

/// How Llama 3.1 stretches rotary frequencies: long waves by the factor, short ones not, those
/// between by both.
///
/// @param factor what long waves are stretched by
/// @param low waves longer than `context / low` are stretched
/// @param high waves shorter than `context / high` are not
/// @param context positions that the model was trained for before
public record Llama3Frequencies(double factor, double low, double high, int context) {

  /// What the frequency of each pair is divided by, as GGUF's `rope_freqs.weight` holds it: in
  /// float32 throughout, as the converters that write such tensors compute it.
  ///
  /// @param base the frequencies are powers of its inverse
  public float[] divisors(double base, int headSize) {
    float[] divisors = new float[headSize / 2];
    for (int pair = 0; pair < divisors.length; pair++) {
      float frequency = 1 / (float) Math.pow(base, 2f * pair / headSize);
      divisors[pair] = divisor((float) (2 * Math.PI) / frequency);
    }
    return divisors;
  }

  private float divisor(float wave) {
    if (wave < context / high) {
      return 1;
    }
    if (wave > context / low || low == high) { // nothing lies between, as for Llama 4 Scout
      return (float) factor;
    }
    float smooth = (context / wave - (float) low) / (float) (high - low);
    return 1 / ((1 - smooth) / (float) factor + smooth);
  }
}
