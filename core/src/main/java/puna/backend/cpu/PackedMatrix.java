package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Optional;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// A matrix in a kernel's own layout.
///
/// @param type the type of the tensor it was packed from
/// @param data the kernel's layout; it may be the file's own bytes
/// @param scales what the numbers in `data` are multiplied by; empty where they are the weights
public record PackedMatrix(
    TensorType type, int rows, int columns, MemorySegment data, Optional<PackedScales> scales) {
  /// Room for a tensor in `bytes` bytes of a kernel's layout.
  public static PackedMatrix reserve(Tensor tensor, long bytes, SegmentAllocator memory) {
    return of(tensor, memory.allocate(bytes, FloatMatrix.ALIGNMENT), memory);
  }

  /// A matrix in the file's own layout: the tensor itself where it lies in memory, else room for
  /// it.
  public static PackedMatrix asStored(Tensor tensor, SegmentAllocator memory) {
    MemorySegment data =
        tensor
            .content()
            .memory()
            .orElseGet(() -> memory.allocate(tensor.byteSize(), FloatMatrix.ALIGNMENT));
    return of(tensor, data, memory);
  }

  private static PackedMatrix of(Tensor tensor, MemorySegment data, SegmentAllocator memory) {
    return new PackedMatrix(
        tensor.type(),
        Math.toIntExact(tensor.shape().rows()),
        Math.toIntExact(tensor.shape().columns()),
        data,
        tensor.scales().map(grid -> PackedScales.reserve(grid, memory)));
  }

  /// Takes the scales of the tensor that the room was made for.
  void fillScales(Tensor tensor) {
    tensor.scales().ifPresent(grid -> scales.orElseThrow().fill(grid));
  }

  /// Multiplies decoded weights of a row by their scales.
  ///
  /// @param column of the first
  /// @param values the weights, `count` of them from `at` on
  public void scale(int row, int column, float[] values, int at, int count) {
    if (scales.isPresent()) {
      scales.get().multiply(row, column, values, at, count);
    }
  }
}
