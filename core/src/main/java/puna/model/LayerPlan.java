package puna.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import puna.backend.AttentionTemperature;
import puna.backend.RopeTable;
import puna.backend.Visibility;

/// What one layer does that another of the same model may do otherwise. The decoder follows its
/// plans and has no rule about the numbers of layers; what else comes to differ is one more
/// component here.
///
/// @param visibility which positions a token sees
/// @param rope how queries and keys are turned by their positions; empty where they are not
/// @param headNorm what becomes of their heads then
/// @param temperature of the queries; empty where they stay as they are
record LayerPlan(
    Visibility visibility,
    Optional<RopeTable> rope,
    HeadNorm headNorm,
    Optional<AttentionTemperature> temperature) {
  LayerPlan {
    if (visibility instanceof Visibility.Full) {
      throw new IllegalArgumentException(
          "a layer of a decoder must not see later positions, found " + visibility);
    }
  }

  /// Of a dense Llama.
  LayerPlan(Visibility visibility, Optional<RopeTable> rope) {
    this(visibility, rope, HeadNorm.NONE, Optional.empty());
  }

  /// A plan for each layer, in order: those of a dense Llama are all the same.
  static List<LayerPlan> of(LlamaConfig config) {
    RopeTable rope = new RopeTable(config.headSize(), config.ropeBase(), config.ropeScaling());
    if (config.interleaved().isPresent()) {
      return interleaved(config.interleaved().get(), config.layers(), rope);
    }
    Visibility visibility =
        config.slidingWindow().isPresent()
            ? new Visibility.Sliding(config.slidingWindow().getAsInt())
            : new Visibility.Causal();
    return Collections.nCopies(config.layers(), new LayerPlan(visibility, Optional.of(rope)));
  }

  private static List<LayerPlan> interleaved(
      InterleavedAttention attention, int layers, RopeTable rope) {
    Visibility nearby =
        attention.chunk().isPresent()
            ? new Visibility.Chunked(attention.chunk().getAsInt())
            : new Visibility.Causal();
    LayerPlan turning =
        new LayerPlan(nearby, Optional.of(rope), attention.headNorm(), Optional.empty());
    LayerPlan global =
        new LayerPlan(
            new Visibility.Causal(), Optional.empty(), HeadNorm.NONE, attention.temperature());
    return IntStream.range(0, layers)
        .mapToObj(layer -> attention.globalLayers().contains(layer) ? global : turning)
        .toList();
  }
}
