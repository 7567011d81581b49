package puna.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Decoders of the types that hold one number a byte.
///
/// F8_E4M3 becomes float32 as binary16 does: exponent and fraction move into place, and one
/// multiplication corrects the bias and normalizes subnormals. F8_E5M2 is the upper byte of a
/// binary16.
final class SmallFloats {
  private static final int E4M3_NAN = 0x7F;
  private static final float E4M3_BIAS = 0x1p120f;
  private static final int NAN_BITS = 0x7FC0_0000;

  private SmallFloats() {}

  static void decodeE4M3(MemorySegment data, long offset, float[] out, int at, int count) {
    int i = 0;
    for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
      IntVector codes = Lanes.extendedBytes(data, offset + i);
      IntVector moved = codes.lanewise(VectorOperators.LSHL, 20).and(0x87F0_0000);
      VectorMask<Integer> isNaN = codes.and(E4M3_NAN).eq(E4M3_NAN);
      moved
          .reinterpretAsFloats()
          .mul(E4M3_BIAS)
          .reinterpretAsInts()
          .blend(NAN_BITS, isNaN)
          .reinterpretAsFloats()
          .intoArray(out, at + i);
    }
    for (; i < count; i++) {
      int code = data.get(Lanes.BYTE, offset + i);
      out[at + i] =
          (code & E4M3_NAN) == E4M3_NAN
              ? Float.NaN
              : Float.intBitsToFloat(code << 20 & 0x87F0_0000) * E4M3_BIAS;
    }
  }

  static void decodeE5M2(MemorySegment data, long offset, float[] out, int at, int count) {
    int i = 0;
    for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
      IntVector halves = Lanes.extendedBytes(data, offset + i).lanewise(VectorOperators.LSHL, 8);
      HalfFloats.toFloats(halves).intoArray(out, at + i);
    }
    for (; i < count; i++) {
      out[at + i] = Float.float16ToFloat((short) (data.get(Lanes.BYTE, offset + i) << 8));
    }
  }

  static void decodeI8(MemorySegment data, long offset, float[] out, int at, int count) {
    int i = 0;
    for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
      Lanes.signedBytes(data, offset + i).intoArray(out, at + i);
    }
    for (; i < count; i++) {
      out[at + i] = data.get(Lanes.BYTE, offset + i);
    }
  }
}
