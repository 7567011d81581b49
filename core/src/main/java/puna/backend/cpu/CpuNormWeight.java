package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import puna.backend.NormWeight;

/// The gains of an RMSNorm as float32 in native memory.
final class CpuNormWeight implements NormWeight {
  private final MemorySegment gains;
  private FloatKernels.Norm norm;

  CpuNormWeight(MemorySegment gains) {
    this.gains = gains;
    this.norm = new FloatKernels.Norm(gains, 0);
  }

  /// What to multiply by; the same object for the same epsilon.
  FloatKernels.Norm norm(float epsilon) {
    if (norm.epsilon() != epsilon) {
      norm = new FloatKernels.Norm(gains, epsilon);
    }
    return norm;
  }

  @Override
  public int width() {
    return (int) (gains.byteSize() / Float.BYTES);
  }
}
