package puna.model;

import java.util.OptionalInt;
import puna.backend.RopeScaling;

/// The hyper-parameters of a dense Llama.
///
/// @param context positions that the model was trained for
/// @param width of the residual stream
/// @param kvHeads heads of keys and values; divides `heads`
/// @param normEpsilon inside the root of every RMSNorm
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
    OptionalInt slidingWindow) {}
