package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// A matrix in a kernel's own layout.
///
/// @param type the type of the tensor it was packed from
/// @param data the kernel's layout; it may be the file's own bytes
public record PackedMatrix(TensorType type, int rows, int columns, MemorySegment data) {
  /// A matrix in the file's own layout: the tensor itself where it lies in memory, else room for
  /// it.
  public static PackedMatrix asStored(Tensor tensor, SegmentAllocator memory) {
    return new PackedMatrix(
        tensor.type(),
        Math.toIntExact(tensor.shape().rows()),
        Math.toIntExact(tensor.shape().columns()),
        tensor
            .content()
            .memory()
            .orElseGet(() -> memory.allocate(tensor.byteSize(), FloatMatrix.ALIGNMENT)));
  }
}
