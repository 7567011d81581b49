package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Half precision: subnormals, infinities and NaN included.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | the value, IEEE binary16 |
final class F16Format extends EncodableFormat {
  F16Format() {
    super(TensorType.F16);
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
    out[at] = Bytes.half(blocks, base);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    Bytes.putHalf(blocks, base, values[at]);
  }
}
