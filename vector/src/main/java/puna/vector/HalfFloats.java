package puna.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// IEEE binary16 to and from float32 by integer arithmetic, all values included.
///
/// To float32: exponent and mantissa move into place and one multiplication by 2^112 corrects the
/// bias, which also normalizes subnormals. To binary16: the mantissa is rounded to nearest even
/// before the shift; small numbers are rounded by adding a number whose last bit is the smallest
/// subnormal.
final class HalfFloats {
  private static final int INFINITY_BITS = 0x7F80_0000;
  private static final int HALF_INFINITY = 0x7C00;
  private static final int HALF_NAN = 0x7E00;

  private HalfFloats() {}

  /// @param halves 16-bit patterns, sign-extended
  static FloatVector toFloats(IntVector halves) {
    IntVector moved = halves.lanewise(VectorOperators.LSHL, 13).and(0x8FFF_E000);
    FloatVector finite = moved.reinterpretAsFloats().mul(0x1p112f);
    VectorMask<Integer> special =
        halves.and(HALF_INFINITY).compare(VectorOperators.EQ, HALF_INFINITY);
    return finite
        .reinterpretAsInts()
        .lanewise(VectorOperators.OR, INFINITY_BITS, special)
        .reinterpretAsFloats();
  }

  /// 16-bit patterns in the low halves of the lanes.
  static IntVector ofFloats(FloatVector values) {
    IntVector bits = values.reinterpretAsInts();
    IntVector magnitude = bits.and(0x7FFF_FFFF);
    IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
    IntVector normal =
        magnitude.add(odd).add(((15 - 127) << 23) + 0xFFF).lanewise(VectorOperators.LSHR, 13);
    IntVector small =
        magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(0x3F00_0000);
    IntVector half = normal.blend(small, magnitude.lt(113 << 23));
    half = half.blend(HALF_INFINITY, magnitude.compare(VectorOperators.GE, 143 << 23));
    half = half.blend(HALF_NAN, magnitude.compare(VectorOperators.GT, INFINITY_BITS));
    return half.or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
  }
}
