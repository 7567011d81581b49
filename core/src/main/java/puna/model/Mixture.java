package puna.model;

import java.util.OptionalInt;
import java.util.Set;
import puna.backend.Gating;

/// Experts of which a router chooses some for each token, in the layers that have them.
///
/// @param count experts of a layer
/// @param used experts that a token is sent to
/// @param feedForward hidden width of an expert
/// @param sharedFeedForward hidden width of the expert that every token is sent to beside the
///   chosen ones; empty where there is none
/// @param gating how the router's logits weigh the chosen
/// @param layers those that have experts; the others are dense
public record Mixture(
    int count,
    int used,
    int feedForward,
    OptionalInt sharedFeedForward,
    Gating gating,
    Set<Integer> layers) {
  public Mixture {
    layers = Set.copyOf(layers);
  }
}
