package puna.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import puna.backend.AttentionTemperature;

/// How the layers of Llama 4 attend: most turn queries and keys by their positions and see their
/// own chunk alone; those between turn nothing and see all. Source: Meta's `llama-models`,
/// `llama4/model.py`.
///
/// @param chunk positions of a chunk; empty where every layer sees all
/// @param globalLayers the layers that turn nothing and see all
/// @param headNorm of the layers that turn
/// @param temperature of the layers that turn nothing; empty where their queries stay as they are
public record InterleavedAttention(
    OptionalInt chunk,
    Set<Integer> globalLayers,
    HeadNorm headNorm,
    Optional<AttentionTemperature> temperature) {
  public InterleavedAttention {
    globalLayers = Set.copyOf(globalLayers);
  }
}
