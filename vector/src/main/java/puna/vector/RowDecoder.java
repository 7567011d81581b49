package puna.vector;

import java.lang.foreign.MemorySegment;

/// Turns blocks of one type into float32, exactly as the type's `BlockFormat` does.
interface RowDecoder {
  /// Decodes `count` consecutive elements, whole blocks, that start at byte `offset` of `blocks`
  /// into `out[at…]`.
  void decode(MemorySegment blocks, long offset, float[] out, int at, int count);
}
