package puna.vector;

import java.lang.foreign.MemorySegment;

/// Multiplies a row of blocks of one type by one token without decoding it to memory: integer lanes
/// become float lanes and are summed in registers, in float32.
interface RowDotter {
  /// `Σ_c row[c] · x[at + c]` over `columns` elements, whole blocks, that start at byte `offset`.
  float dot(MemorySegment blocks, long offset, float[] x, int at, int columns);
}
