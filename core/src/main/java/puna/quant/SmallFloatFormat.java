package puna.quant;

import java.lang.foreign.MemorySegment;
import java.util.function.IntToDoubleFunction;
import puna.tensor.TensorType;

/// Floating-point numbers of 8 bits.
///
/// | type | byte 0 |
/// |---|---|
/// | F8_E4M3 | sign, 4 bits of exponent (bias 7), 3 of fraction; no infinity, all ones is NaN |
/// | F8_E5M2 | sign, 5 bits of exponent (bias 15), 2 of fraction: the upper byte of binary16 |
///
/// Source: Micikevicius et al., FP8 Formats for Deep Learning, 2022.
final class SmallFloatFormat extends FixedBlockFormat {
  private static final int SIGN = 0x80;
  private static final int E4M3_NAN = 0x7F;

  private final float[] values = new float[256]; // by code

  /// @param value of a code
  SmallFloatFormat(TensorType type, IntToDoubleFunction value) {
    super(type);
    for (int code = 0; code < values.length; code++) {
      values[code] = (float) value.applyAsDouble(code);
    }
  }

  static double e4m3(int code) {
    int magnitude = code & ~SIGN;
    if (magnitude == E4M3_NAN) {
      return Double.NaN;
    }
    int exponent = magnitude >> 3;
    int fraction = (magnitude & 7) + (exponent == 0 ? 0 : 8);
    double value = Math.scalb((double) fraction, Math.max(exponent, 1) - 7 - 3);
    return (code & SIGN) == 0 ? value : -value;
  }

  static double e5m2(int code) {
    return Float.float16ToFloat((short) (code << 8));
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    out[at] = values[blocks.get(Bytes.BYTE, base) & 0xFF];
  }
}
