package puna.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Dot products of the 16-bit types: two sums in flight, then a scalar tail.
final class PlainDots {
  private PlainDots() {}

  static float dotF16(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    int c = 0;
    for (; c <= columns - 2 * COUNT; c += 2 * COUNT) {
      FloatVector weights0 = HalfFloats.toFloats(Lanes.signedShorts(data, offset + 2L * c));
      sum0 = weights0.fma(FloatVector.fromArray(FLOATS, x, at + c), sum0);
      FloatVector weights1 =
          HalfFloats.toFloats(Lanes.signedShorts(data, offset + 2L * (c + COUNT)));
      sum1 = weights1.fma(FloatVector.fromArray(FLOATS, x, at + c + COUNT), sum1);
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; c < columns; c++) {
      sum += Lanes.half(data, offset + 2L * c) * x[at + c];
    }
    return sum;
  }

  static float dotBf16(MemorySegment data, long offset, float[] x, int at, int columns) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = sum0;
    int c = 0;
    for (; c <= columns - 2 * COUNT; c += 2 * COUNT) {
      sum0 = brain(data, offset + 2L * c).fma(FloatVector.fromArray(FLOATS, x, at + c), sum0);
      sum1 =
          brain(data, offset + 2L * (c + COUNT))
              .fma(FloatVector.fromArray(FLOATS, x, at + c + COUNT), sum1);
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; c < columns; c++) {
      sum += Float.intBitsToFloat(data.get(Lanes.SHORT, offset + 2L * c) << 16) * x[at + c];
    }
    return sum;
  }

  /// `COUNT` bfloat16 numbers from `offset`.
  private static FloatVector brain(MemorySegment data, long offset) {
    return Lanes.signedShorts(data, offset).lanewise(LSHL, 16).reinterpretAsFloats();
  }
}
