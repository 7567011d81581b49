package puna.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Elementary functions on whole vectors.
final class VectorMath {
  private static final float LOG2_E = 0x1.715476p0f;
  // ln 2 in two parts; the first has few enough bits that its product with an exponent is exact.
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -0x1.bd0106p-13f;
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the low bits.
  private static final float ROUNDER = 0x1.8p23f;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private VectorMath() {}

  /// e^x to about one unit in the last place, with 0 and infinity at the ends, and NaN for NaN.
  ///
  /// x = n · ln 2 + r with |r| ≤ ln 2 / 2; e^r by the polynomial of Cephes' `expf`; 2^n in two
  /// factors, so that subnormal results and the largest ones come out.
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.min(90f).max(-105f);
    FloatVector shifted = bounded.mul(LOG2_E).add(ROUNDER);
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    FloatVector whole = shifted.sub(ROUNDER);
    FloatVector r = broadcast(-LN2_HIGH).fma(whole, bounded);
    r = broadcast(-LN2_LOW).fma(whole, r);
    FloatVector p = broadcast(0x1.a0d2cep-13f);
    p = p.fma(r, broadcast(0x1.6e879cp-10f));
    p = p.fma(r, broadcast(0x1.11121p-7f));
    p = p.fma(r, broadcast(0x1.555382p-5f));
    p = p.fma(r, broadcast(0x1.555554p-3f));
    p = p.fma(r, broadcast(0x1.0p-1f));
    FloatVector result = p.fma(r.mul(r), r.add(1f));
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    return result.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }
}
