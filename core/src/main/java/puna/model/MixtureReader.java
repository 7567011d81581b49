package puna.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import puna.backend.Gating;

/// The experts that a file's metadata tells of.
final class MixtureReader {
  private static final int MAX_EXPERTS = 1 << 12;
  private static final int MAX_EXTENT = 1 << 24;

  private final TensorTally tally;
  private final LlamaKeys keys;
  private final int layers;

  MixtureReader(TensorTally tally, LlamaKeys keys, int layers) {
    this.tally = tally;
    this.keys = keys;
    this.layers = layers;
  }

  /// @param denseFeedForward hidden width of the layers without experts
  Optional<Mixture> read(int denseFeedForward) {
    if (keys.metadata().integer(keys.key("expert_count")).orElse(0) == 0) {
      return Optional.empty();
    }
    int count = keys.extent("expert_count", MAX_EXPERTS);
    if (keys.metadata().integer(keys.key("expert_used_count")).orElse(0) == 0) {
      throw keys.refusal(
          keys.key("expert_count"),
          "is not supported without %s, found %s experts"
              .formatted(keys.key("expert_used_count"), count));
    }
    int used = keys.extent("expert_used_count", count);
    if (!keys.isFourth()) {
      int feedForward =
          keys.optional("expert_feed_forward_length", MAX_EXTENT).orElse(denseFeedForward);
      return Optional.of(
          new Mixture(
              count,
              used,
              feedForward,
              OptionalInt.empty(),
              Gating.SOFTMAX_AFTER,
              layers(_ -> true)));
    }
    int feedForward = keys.extent("expert_feed_forward_length", MAX_EXTENT);
    int shared = keys.optional("expert_shared_feed_forward_length", MAX_EXTENT).orElse(feedForward);
    return Optional.of(
        new Mixture(
            count,
            used,
            feedForward,
            OptionalInt.of(shared),
            Gating.SIGMOID_BEFORE,
            mixedLayers()));
  }

  /// Every so many layers, as the file says; else those that have a router.
  private Set<Integer> mixedLayers() {
    OptionalInt step = keys.optional("interleave_moe_layer_step", layers);
    return step.isPresent()
        ? layers(layer -> (layer + 1) % step.getAsInt() == 0)
        : layers(layer -> tally.tensors().containsKey("blk." + layer + ".ffn_gate_inp.weight"));
  }

  private Set<Integer> layers(IntPredicate wanted) {
    return IntStream.range(0, layers).filter(wanted).boxed().collect(Collectors.toSet());
  }
}
