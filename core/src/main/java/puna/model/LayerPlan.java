package puna.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import puna.backend.RopeTable;
import puna.backend.Visibility;

/// What one layer does that another of the same model may do otherwise. The decoder follows its
/// plans and has no rule about the numbers of layers; what else comes to differ is one more
/// component here.
///
/// @param visibility which positions a token sees
/// @param rope how queries and keys are turned by their positions; empty where they are not
record LayerPlan(Visibility visibility, Optional<RopeTable> rope) {
  LayerPlan {
    if (visibility instanceof Visibility.Full) {
      throw new IllegalArgumentException(
          "a layer of a decoder must not see later positions, found " + visibility);
    }
  }

  /// A plan for each layer, in order: those of a dense Llama are all the same.
  static List<LayerPlan> of(LlamaConfig config) {
    Visibility visibility =
        config.slidingWindow().isPresent()
            ? new Visibility.Sliding(config.slidingWindow().getAsInt())
            : new Visibility.Causal();
    RopeTable rope = new RopeTable(config.headSize(), config.ropeBase(), config.ropeScaling());
    return Collections.nCopies(config.layers(), new LayerPlan(visibility, Optional.of(rope)));
  }
}
