package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import puna.backend.NormWeight;

/// The gains of an RMSNorm as float32 in native memory.
record CpuNormWeight(MemorySegment gains) implements NormWeight {
  @Override
  public int width() {
    return (int) (gains.byteSize() / Float.BYTES);
  }
}
