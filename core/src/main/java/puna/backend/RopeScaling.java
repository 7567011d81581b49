package puna.backend;

/// How rotary frequencies are stretched for contexts longer than the first training saw.
public sealed interface RopeScaling {
  record None() implements RopeScaling {}

  /// Every position divided by `factor`.
  record Linear(float factor) implements RopeScaling {}

  /// Each frequency divided by its own number, then scaled: how GGUF files carry the llama3 scaling
  /// (`rope_freqs.weight`), beside which there is mostly no other.
  record Divisors(float[] divisors, RopeScaling scaling) implements RopeScaling {}

  /// A scaling that makes vectors longer by `magnitude` too.
  record Magnified(float magnitude, RopeScaling scaling) implements RopeScaling {}

  /// YaRN: high frequencies kept, low ones divided by `factor`, a ramp between, and longer vectors
  /// by `attentionFactor`.
  ///
  /// Source: arXiv 2309.00071, with the ramp between `betaFast` and `betaSlow` rotations over the
  /// original context.
  record Yarn(
      float factor, int originalContext, float betaFast, float betaSlow, float attentionFactor)
      implements RopeScaling {}
}
