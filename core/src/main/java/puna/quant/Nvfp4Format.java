package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// 4-bit floats, four groups of 16 with an 8-bit float each: `2 · e2m1[n] · u / 2`.
///
/// | bytes | content |
/// |---|---|
/// | 0..3 | group scales `u`, unsigned E4M3; 0x7F counts as 0 |
/// | 4..35 | eight bytes of nibbles `n` a group: low = value `i`, high = value `i + 8` |
final class Nvfp4Format extends EncodableFormat {
  private static final int LARGEST = 0x7E;

  Nvfp4Format() {
    super(TensorType.NVFP4);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    for (int group = 0; group < 4; group++) {
      float scale = halfScale(Bytes.u8(blocks, base + group));
      long nibbles = base + 4 + 8L * group;
      int first = at + 16 * group;
      for (int i = 0; i < 8; i++) {
        int pair = Bytes.u8(blocks, nibbles + i);
        out[first + i] = FourBitFloats.doubled(pair & 15) * scale;
        out[first + 8 + i] = FourBitFloats.doubled(pair >>> 4) * scale;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    for (int group = 0; group < 4; group++) {
      int first = at + 16 * group;
      int code = code(Rounding.peak(values, first, 16) / 6);
      float scale = halfScale(code);
      Bytes.putByte(blocks, base + group, code);
      for (int i = 0; i < 8; i++) {
        int low = FourBitFloats.nearest(values[first + i], scale);
        int high = FourBitFloats.nearest(values[first + 8 + i], scale);
        Bytes.putByte(blocks, base + 4 + 8L * group + i, low | high << 4);
      }
    }
  }

  /// Half the value of an E4M3 code, since the 4-bit floats are doubled.
  private static float halfScale(int code) {
    int exponent = code >>> 3 & 15;
    int mantissa = code & 7;
    if ((code & 0xFF) == 0x7F) {
      return 0;
    }
    return exponent == 0
        ? Math.scalb((float) mantissa, -10)
        : Math.scalb(1 + mantissa / 8f, exponent - 8);
  }

  /// The E4M3 code of a scale, halves rounded up. Exponent 15 is given up: all of it becomes the
  /// largest code.
  private static int code(float scale) {
    int exponent = Math.getExponent(scale) + 7;
    if (exponent <= 0) {
      return Math.min(7, (int) (scale * 512 + 0.5f));
    }
    // The mantissa's fourth bit rounds; a carry runs into the exponent.
    int rounded = (((Float.floatToRawIntBits(scale) >>> 19 & 15) + 1) >>> 1) + (exponent << 3);
    return rounded >= (15 << 3) ? LARGEST : rounded;
  }
}
