package puna.vector;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Dot products of the types with 32 elements a block; `SmallBlocks` has their layouts.
///
/// Where a value is q · scale, a block's sum of q · x is scaled once.
final class SmallBlockDots {
  private static final int SIZE = 32;
  private static final int HALF = SIZE / 2;

  private SmallBlockDots() {}

  static float dotQ40(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long block = offset;
    for (int e = at; e < at + columns; e += SIZE, block += 18) {
      FloatVector part = FloatVector.zero(FLOATS);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 2 + j);
        part = Lanes.fma(pairs.and(15).sub(8), x, e + j, part);
        part = Lanes.fma(pairs.lanewise(LSHR, 4).sub(8), x, e + HALF + j, part);
      }
      sum = part.fma(Lanes.broadcastHalf(data, block), sum);
    }
    return Lanes.sum(sum);
  }

  static float dotQ41(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long block = offset;
    for (int e = at; e < at + columns; e += SIZE, block += 20) {
      FloatVector scale = Lanes.broadcastHalf(data, block);
      FloatVector minimum = Lanes.broadcastHalf(data, block + 2);
      for (int j = 0; j < HALF; j += COUNT) {
        IntVector pairs = Lanes.unsignedBytes(data, block + 4 + j);
        FloatVector low = Lanes.toFloats(pairs.and(15)).fma(scale, minimum);
        FloatVector high = Lanes.toFloats(pairs.lanewise(LSHR, 4)).fma(scale, minimum);
        sum = low.fma(FloatVector.fromArray(FLOATS, x, e + j), sum);
        sum = high.fma(FloatVector.fromArray(FLOATS, x, e + HALF + j), sum);
      }
    }
    return Lanes.sum(sum);
  }

  static float dotQ80(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum = FloatVector.zero(FLOATS);
    long block = offset;
    for (int e = at; e < at + columns; e += SIZE, block += 34) {
      FloatVector part = FloatVector.zero(FLOATS);
      for (int j = 0; j < SIZE; j += COUNT) {
        FloatVector values = FloatVector.fromArray(FLOATS, x, e + j);
        part = Lanes.signedBytes(data, block + 2 + j).fma(values, part);
      }
      sum = part.fma(Lanes.broadcastHalf(data, block), sum);
    }
    return Lanes.sum(sum);
  }
}
