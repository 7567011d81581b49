package puna.vector;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Dot products of the types with 256 elements a super-block; `KQuantBlocks` has their layouts.
///
/// Each group is a method of its own: more vector operations in one method would exceed what the
/// compiler inlines, and vectors would be allocated.
final class KQuantDots {
  private static final int SIZE = 256;

  private KQuantDots() {}

  static float dotQ4K(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long block = offset;
    for (int e = at; e < at + columns; e += SIZE, block += 144) {
      float d = Lanes.half(data, block);
      float dmin = -Lanes.half(data, block + 2);
      long scales = PackedScales.scales(data, block + 4);
      long minima = PackedScales.minima(data, block + 4);
      for (int pair = 0; pair < 4; pair++) {
        int shift = 16 * pair;
        float minimum0 = dmin * (minima >>> shift & 255);
        float minimum1 = dmin * (minima >>> shift + 8 & 255);
        float scale0 = d * (scales >>> shift & 255);
        float scale1 = d * (scales >>> shift + 8 & 255);
        long quants = block + 16 + 32L * pair;
        int from = e + 64 * pair;
        for (int j = 0; j < 32; j += COUNT) {
          IntVector pairs = Lanes.unsignedBytes(data, quants + j);
          FloatVector low = affine(pairs.and(15), scale0, minimum0);
          FloatVector high = affine(pairs.lanewise(LSHR, 4), scale1, minimum1);
          sum = low.fma(FloatVector.fromArray(FLOATS, x, from + j), sum);
          sum = high.fma(FloatVector.fromArray(FLOATS, x, from + 32 + j), sum);
        }
      }
    }
    return Lanes.sum(sum);
  }

  private static FloatVector affine(IntVector q, float scale, float minimum) {
    return Lanes.toFloats(q)
        .fma(FloatVector.broadcast(FLOATS, scale), FloatVector.broadcast(FLOATS, minimum));
  }
}
