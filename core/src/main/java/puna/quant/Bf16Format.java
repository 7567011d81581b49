package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// The upper half of a float32.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | bits 16..31 of the value's binary32 |
final class Bf16Format extends EncodableFormat {
  private static final int QUIET = 64;

  Bf16Format() {
    super(TensorType.BF16);
  }

  @Override
  public void decode(MemorySegment blocks, long offset, float[] out, int at, int count) {
    check(blocks, offset, out, at, count);
    for (int i = 0; i < count; i++) {
      decodeBlock(blocks, offset + 2L * i, out, at + i);
    }
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    out[at] = Float.intBitsToFloat(Bytes.u16(blocks, base) << 16);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    Bytes.putShort(blocks, base, round(values[at]));
  }

  /// To the nearest, ties to even; NaN stays NaN.
  private static int round(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value) ? bits >>> 16 | QUIET : (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
  }
}
