package puna.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cosines and sines of rotary position embeddings, by position.
///
/// Pair `i` of a head turns by `position · f(i)` with `f(i) = base^(−2i/rotated)`, scaled as
/// `RopeScaling` says. The product is taken in float32, as the references do. Source: arXiv
/// 2104.09864; llama3 scaling as Meta's `llama-models`.
public final class RopeTable {
  private final int headSize;
  private final float[] frequencies; // (headSize / 2)
  private final float magnitude;

  public RopeTable(int headSize, double base, RopeScaling scaling) {
    this.headSize = headSize;
    this.frequencies = new float[headSize / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      double frequency = Math.pow(base, -2.0 * pair / headSize);
      frequencies[pair] = (float) scaled(scaling, frequency, pair, base);
    }
    this.magnitude = magnitude(scaling);
  }

  public int headSize() {
    return headSize;
  }

  /// Writes the `headSize / 2` cosines and sines of `position` to float32 `at…` of `cosines` and
  /// `sines`.
  public void fill(int position, MemorySegment cosines, MemorySegment sines, int at) {
    for (int pair = 0; pair < frequencies.length; pair++) {
      float angle = position * frequencies[pair];
      cosines.setAtIndex(ValueLayout.JAVA_FLOAT, at + pair, (float) Math.cos(angle) * magnitude);
      sines.setAtIndex(ValueLayout.JAVA_FLOAT, at + pair, (float) Math.sin(angle) * magnitude);
    }
  }

  private double scaled(RopeScaling scaling, double frequency, int pair, double base) {
    return switch (scaling) {
      case RopeScaling.None() -> frequency;
      case RopeScaling.Linear(float factor) -> frequency / factor;
      case RopeScaling.Divisors(float[] divisors, RopeScaling next) ->
          scaled(next, (float) frequency / divisors[pair], pair, base);
      case RopeScaling.Magnified(_, RopeScaling next) -> scaled(next, frequency, pair, base);
      case RopeScaling.Yarn yarn -> yarnFrequency(yarn, frequency, pair, base);
    };
  }

  private static float magnitude(RopeScaling scaling) {
    return switch (scaling) {
      case RopeScaling.None(), RopeScaling.Linear(_) -> 1f;
      case RopeScaling.Divisors(_, RopeScaling next) -> magnitude(next);
      case RopeScaling.Magnified(float factor, RopeScaling next) -> factor * magnitude(next);
      case RopeScaling.Yarn yarn ->
          yarn.attentionFactor() * (1 + 0.1f * (float) Math.log(Math.max(1, yarn.factor())));
    };
  }

  private double yarnFrequency(RopeScaling.Yarn yarn, double frequency, int pair, double base) {
    double low = Math.max(0, Math.floor(correctionPair(yarn, yarn.betaFast(), base)));
    double high = Math.min(headSize - 1, Math.ceil(correctionPair(yarn, yarn.betaSlow(), base)));
    double ramp = Math.clamp((pair - low) / Math.max(0.001, high - low), 0, 1);
    return frequency * (1 - ramp) + frequency / yarn.factor() * ramp;
  }

  /// The pair that makes `rotations` full turns over the original context.
  private double correctionPair(RopeScaling.Yarn yarn, double rotations, double base) {
    return headSize
        * Math.log(yarn.originalContext() / (rotations * 2 * Math.PI))
        / (2 * Math.log(base));
  }
}
