package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import puna.backend.Matrix;

/// A packed matrix with the kernel that multiplies by it.
///
/// @param bias (rows) float32, or null for none
record CpuMatrix(PackedMatrix packed, MatrixKernel kernel, @Nullable MemorySegment bias)
    implements Matrix {
  @Override
  public int rows() {
    return packed.rows();
  }

  @Override
  public int columns() {
    return packed.columns();
  }
}
