package puna.model.synthetic;

import java.util.Optional;

/// The extents of a model of the family, without its weights.
///
/// @param name as people write it, such as `llama-3.2-1b`
/// @param vocabulary rows of the embedding
/// @param context positions that the model was trained for
/// @param width of the residual stream
/// @param kvHeads heads of keys and values; divides `heads`
/// @param headSize width of a head
/// @param feedForward hidden width of the dense feed-forward blocks
/// @param normEpsilon inside the root of every RMSNorm
/// @param ropeBase of the rotary frequencies
/// @param ropeStretch the llama3 scaling of the rotary frequencies
/// @param tied whether the output matrix is the embedding
/// @param experts of the mixture-of-experts layers; empty for dense models
public record ModelShape(
    String name,
    int vocabulary,
    int context,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int feedForward,
    double normEpsilon,
    double ropeBase,
    Optional<RopeStretch> ropeStretch,
    boolean tied,
    Optional<Experts> experts) {

  /// The llama3 scaling: long wavelengths are stretched by `factor`, short ones kept, those between
  /// blended.
  ///
  /// @param low wavelengths above `originalContext / low` are stretched in full
  /// @param high wavelengths below `originalContext / high` are kept
  public record RopeStretch(double factor, double low, double high, int originalContext) {
    /// What each rotary frequency is divided by: one number a pair of elements.
    public float[] divisors(int headSize, double ropeBase) {
      float[] divisors = new float[headSize / 2];
      for (int pair = 0; pair < divisors.length; pair++) {
        double wavelength = 2 * Math.PI * Math.pow(ropeBase, 2.0 * pair / headSize);
        divisors[pair] = (float) divisor(wavelength);
      }
      return divisors;
    }

    private double divisor(double wavelength) {
      if (wavelength < originalContext / high) {
        return 1;
      }
      // Where low equals high there is nothing to blend.
      if (wavelength > originalContext / low || low == high) {
        return factor;
      }
      double kept = (originalContext / wavelength - low) / (high - low);
      return 1 / ((1 - kept) / factor + kept);
    }
  }

  /// Routed experts, and those that every token is sent to, in every `layerStep`-th layer.
  ///
  /// @param used experts a token is sent to
  /// @param feedForward hidden width of each expert, shared ones included
  /// @param shared experts of every token: 1 in Llama 4, 0 in Mixtral
  public record Experts(int count, int used, int layerStep, int feedForward, int shared) {}

  /// The same with another number of layers, for measuring models that are too large whole.
  ///
  /// @throws IllegalArgumentException unless there are 1 to as many as the shape has
  public ModelShape withLayers(int fewer) {
    if (fewer < 1 || fewer > layers) {
      throw new IllegalArgumentException(
          "%s has %s layers: so many must be from 1 to that, found %s"
              .formatted(name, layers, fewer));
    }
    return new ModelShape(
        fewer == layers ? name : "%s of %s layers".formatted(name, fewer),
        vocabulary,
        context,
        width,
        fewer,
        heads,
        kvHeads,
        headSize,
        feedForward,
        normEpsilon,
        ropeBase,
        ropeStretch,
        tied,
        experts);
  }

  /// Whether it is of the fourth generation, which attends otherwise than the others.
  public boolean isFourth() {
    return experts.isPresent() && experts.get().shared() > 0;
  }

  /// Whether a layer has experts.
  public boolean hasExperts(int layer) {
    return experts.isPresent() && (layer + 1) % experts.get().layerStep() == 0;
  }

  /// Width of all query heads together.
  public int queryWidth() {
    return heads * headSize;
  }

  /// Width of all keys, or all values, of a position.
  public int kvWidth() {
    return kvHeads * headSize;
  }

  /// All weights of the text model.
  public long parameters() {
    return weights(experts.map(Experts::count).orElse(0));
  }

  /// The weights that one token meets.
  public long activeParameters() {
    return weights(experts.map(Experts::used).orElse(0));
  }

  private long weights(int routedExperts) {
    long embedding = (long) vocabulary * width;
    long attention = 2L * width * queryWidth() + 2L * width * kvWidth();
    long norms = 2L * width;
    long total = (tied ? 1 : 2) * embedding + width + layers * (attention + norms);
    int expertLayers = experts.map(e -> layers / e.layerStep()).orElse(0);
    total += (layers - expertLayers) * 3L * width * feedForward;
    if (experts.isPresent()) {
      long router = (long) width * experts.get().count();
      long expert = 3L * width * experts.get().feedForward();
      total += expertLayers * (router + expert * (routedExperts + experts.get().shared()));
    }
    return total;
  }
}
