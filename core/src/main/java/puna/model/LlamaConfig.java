package puna.model;

import java.util.Optional;
import java.util.OptionalInt;
import puna.backend.RopeScaling;

/// The hyper-parameters of a Llama.
///
/// @param vocabulary tokens; the embedding may have further rows, which stand for none
/// @param context positions that the model was trained for
/// @param width of the residual stream
/// @param kvHeads heads of keys and values; divides `heads`
/// @param normEpsilon inside the root of every RMSNorm
/// @param feedForward hidden width of the dense feed-forward blocks
/// @param interleaved how the layers of the fourth generation attend; empty for the others, whose
///   layers are all alike
/// @param mixture the experts of the layers that have them
/// @param slidingWindow how many positions back a token sees, itself included; empty for all
public record LlamaConfig(
    int vocabulary,
    int context,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int feedForward,
    float normEpsilon,
    double ropeBase,
    RopeScaling ropeScaling,
    OptionalInt slidingWindow,
    Optional<InterleavedAttention> interleaved,
    Optional<Mixture> mixture) {

  /// Width of all query heads together.
  public int queryWidth() {
    return heads * headSize;
  }

  /// Width of all keys, or all values, of a position.
  public int kvWidth() {
    return kvHeads * headSize;
  }
}
