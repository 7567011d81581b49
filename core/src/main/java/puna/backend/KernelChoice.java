package puna.backend;

import puna.tensor.TensorType;

/// How a back end multiplies by matrices of one type, for people.
///
/// @param tier that multiplies, such as `x64`
/// @param reason why this tier, or why none
public record KernelChoice(TensorType type, String tier, String kernel, String reason) {}
