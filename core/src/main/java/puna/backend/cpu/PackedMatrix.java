package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// A matrix in a kernel's own layout.
///
/// @param type the type of the tensor it was packed from
/// @param data the kernel's layout; it may be the file's own bytes
public record PackedMatrix(TensorType type, int rows, int columns, MemorySegment data) {}
