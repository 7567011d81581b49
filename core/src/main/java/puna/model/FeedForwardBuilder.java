package puna.model;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Routing;

/// Makes the second halves of a decoder's layers, with the buffers that they share.
final class FeedForwardBuilder {
  private final LlamaConfig config;
  private final Backend backend;
  private final int maxBatch;
  private final Activations hidden;
  private final Map<Integer, GatedUnit.Gates> gates = new HashMap<>(); // by width
  private MixtureFeedForward.@Nullable Buffers buffers;

  /// @param hidden (tokens × width): what they read
  FeedForwardBuilder(LlamaConfig config, Backend backend, int maxBatch, Activations hidden) {
    this.config = config;
    this.backend = backend;
    this.maxBatch = maxBatch;
    this.hidden = hidden;
  }

  FeedForward of(LlamaWeights.FeedForward weights) {
    return switch (weights) {
      case LlamaWeights.Gated gated -> unit(gated, hidden);
      case LlamaWeights.Experts experts -> mixture(experts);
    };
  }

  private GatedUnit unit(LlamaWeights.Gated weights, Activations h) {
    GatedUnit.Gates own =
        gates.computeIfAbsent(
            weights.gate().rows(),
            width ->
                new GatedUnit.Gates(
                    backend.activations(maxBatch, width), backend.activations(maxBatch, width)));
    return new GatedUnit(backend, weights, own, h);
  }

  private MixtureFeedForward mixture(LlamaWeights.Experts weights) {
    MixtureFeedForward.Buffers shared = buffers();
    return new MixtureFeedForward(
        backend,
        // No less exact for many tokens than for one: the choice must be the same.
        weights.router().exactlyInto(shared.logits()),
        weights.experts().stream().map(expert -> unit(expert, shared.sent())).toList(),
        weights.shared() == null ? null : unit(weights.shared(), hidden),
        shared);
  }

  private MixtureFeedForward.Buffers buffers() {
    MixtureFeedForward.Buffers made = buffers;
    if (made == null) {
      Mixture mixture = config.mixture().orElseThrow();
      made =
          new MixtureFeedForward.Buffers(
              new Routing(maxBatch, mixture.count(), mixture.used(), mixture.gating()),
              backend.activations(maxBatch, mixture.count()),
              backend.activations(maxBatch, config.width()));
      buffers = made;
    }
    return made;
  }
}
