package puna.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorOperators;

/// Decoders of the types that hold one number an element.
final class PlainFloats {
  private PlainFloats() {}

  static void decodeF32(MemorySegment data, long offset, float[] out, int at, int count) {
    MemorySegment.copy(data, Lanes.FLOAT, offset, out, at, count);
  }

  static void decodeF16(MemorySegment data, long offset, float[] out, int at, int count) {
    int i = 0;
    for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
      HalfFloats.toFloats(Lanes.signedShorts(data, offset + 2L * i)).intoArray(out, at + i);
    }
    for (; i < count; i++) {
      out[at + i] = Lanes.half(data, offset + 2L * i);
    }
  }

  static void decodeBf16(MemorySegment data, long offset, float[] out, int at, int count) {
    int i = 0;
    for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
      Lanes.signedShorts(data, offset + 2L * i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, at + i);
    }
    for (; i < count; i++) {
      out[at + i] = Float.intBitsToFloat(data.get(Lanes.SHORT, offset + 2L * i) << 16);
    }
  }
}
