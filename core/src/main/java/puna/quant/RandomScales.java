package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Where one type keeps its scales, and what to write there over random bytes.
@FunctionalInterface
interface RandomScales {
  /// Steps between 3/4 and 5/4 of the scale, so that blocks differ.
  int VARIANTS = 16;

  /// Of eight equally likely mantissas of three bits.
  double MEAN_MANTISSA = 1.4375;

  /// @param random decides between variants of the scale
  void put(MemorySegment blocks, long base, long random);

  /// @param unit what the scales are multiplied by
  /// @throws IllegalArgumentException for types that hold no weights
  static RandomScales of(TensorType type, double unit) {
    return switch (type) {
      case F32 -> (blocks, base, random) -> blocks.set(Bytes.FLOAT, base, uniform(random, unit));
      case F16 -> (blocks, base, random) -> Bytes.putHalf(blocks, base, uniform(random, unit));
      case BF16 ->
          (blocks, base, random) ->
              Bytes.putShort(blocks, base, Float.floatToRawIntBits(uniform(random, unit)) >>> 16);
      case Q4_0, Q5_0, Q8_0, Q1_0, Q2_0, IQ4_NL, IQ4_XS -> half(0, unit);
      case IQ1_S, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S -> half(0, unit);
      case Q3_K -> half(108, unit);
      case Q6_K -> half(208, unit);
      case TQ1_0 -> half(52, unit);
      case TQ2_0 -> half(64, unit);
      // The second scale brings the mean to zero: it is the first times the mean of the numbers.
      case Q4_1 -> halves(0, unit, -7.5);
      case Q5_1 -> halves(0, unit, -15.5);
      case Q2_K -> halves(80, unit, 1.5);
      case Q4_K -> halves(0, unit, 7.5);
      case Q5_K -> halves(0, unit, 15.5);
      case IQ1_M -> scatteredHalf(unit);
      case MXFP4 -> exponent(unit);
      case NVFP4 -> smallFloats(unit);
      case F8_E4M3 -> smallFloat(3, 7, unit);
      case F8_E5M2 -> smallFloat(2, 15, unit);
      case Q8_1, Q8_K, I8, I16, I32, I64, F64 ->
          throw new IllegalArgumentException(type + " holds no weights");
    };
  }

  private static float uniform(long random, double unit) {
    return (float) (((random >> 40) + 0.5) * 0x1p-23 * unit);
  }

  private static RandomScales half(int offset, double unit) {
    short[] halves = variants(unit);
    return (blocks, base, random) ->
        Bytes.putShort(blocks, base + offset, halves[(int) random & (VARIANTS - 1)]);
  }

  private static RandomScales halves(int offset, double unit, double ratio) {
    RandomScales first = half(offset, unit);
    RandomScales second = half(offset + 2, unit * ratio);
    return (blocks, base, random) -> {
      first.put(blocks, base, random);
      second.put(blocks, base, random);
    };
  }

  private static RandomScales scatteredHalf(double unit) {
    short[] halves = variants(unit);
    return (blocks, base, random) -> {
      int bits = halves[(int) random & (VARIANTS - 1)];
      for (int k = 0; k < 4; k++) {
        long offset = base + 48 + 2L * k;
        int scales = Bytes.u16(blocks, offset) & 0xFFF;
        Bytes.putShort(blocks, offset, scales | (bits >>> (4 * k) & 15) << 12);
      }
    };
  }

  private static RandomScales exponent(double unit) {
    int exponent = Math.clamp(Math.round(log2(unit)) + 128, 0, 254);
    return (blocks, base, random) -> Bytes.putByte(blocks, base, exponent);
  }

  /// Four E4M3 codes: a random mantissa, or the nearest code where the scale is below its range.
  private static RandomScales smallFloats(double unit) {
    int exponent = Math.clamp(Math.round(log2(unit)) + 8, 0, 14);
    int subnormal = Math.clamp(Math.round(unit * MEAN_MANTISSA * 1024), 1, 7);
    return (blocks, base, random) -> {
      for (int group = 0; group < 4; group++) {
        int code = exponent == 0 ? subnormal : exponent << 3 | ((int) (random >>> (8 * group)) & 7);
        Bytes.putByte(blocks, base + group, code);
      }
    };
  }

  /// One number: random sign and fraction, with the exponent that is nearest to the unit.
  private static RandomScales smallFloat(int fractionBits, int bias, double unit) {
    int exponent = Math.clamp(Math.round(log2(unit)) + bias, 1, 2 * bias);
    int random = 0x80 | (1 << fractionBits) - 1;
    return (blocks, base, bits) ->
        Bytes.putByte(blocks, base, exponent << fractionBits | (int) (bits >>> 40) & random);
  }

  private static short[] variants(double unit) {
    short[] halves = new short[VARIANTS];
    for (int i = 0; i < VARIANTS; i++) {
      halves[i] = Float.floatToFloat16((float) (unit * (0.75 + (i + 0.5) / (2 * VARIANTS))));
    }
    return halves;
  }

  private static double log2(double value) {
    return StrictMath.log(value) / StrictMath.log(2);
  }
}
