package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// 4-bit floats, 32 values a power of two: `2 · e2m1[n] · 2^(E − 128)`.
///
/// | bytes | content |
/// |---|---|
/// | 0 | exponent `E`, u8, of twice the scale |
/// | 1..16 | nibbles `n`: low = value `i`, high = value `i + 16` |
final class Mxfp4Format extends EncodableFormat {
  private static final double LN_2 = Math.log(2);

  Mxfp4Format() {
    super(TensorType.MXFP4);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = scale(Bytes.u8(blocks, base));
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, base + 1 + i);
      out[at + i] = FourBitFloats.doubled(pair & 15) * scale;
      out[at + 16 + i] = FourBitFloats.doubled(pair >>> 4) * scale;
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    int exponent = exponent(Rounding.peak(values, at, 32));
    float scale = scale(exponent);
    int[] numbers = new int[32];
    for (int i = 0; i < 32; i++) {
      numbers[i] = FourBitFloats.nearest(values[at + i], scale);
    }
    Bytes.putByte(blocks, base, exponent);
    Nibbles.put(numbers, 0, 16, blocks, base + 1);
  }

  /// `floor(log2(peak)) − 2 + 127`, so that the peak falls between 4 and 8 scales.
  private static int exponent(float peak) {
    if (peak == 0) {
      return 0;
    }
    float log = (float) (Math.log(peak) / LN_2);
    return Math.clamp((int) Math.floor(log) - 2 + 127, 0, 255);
  }

  /// `2^(exponent − 128)`; the two smallest are subnormal.
  private static float scale(int exponent) {
    return Float.intBitsToFloat(exponent < 2 ? 0x20_0000 << exponent : (exponent - 1) << 23);
  }
}
