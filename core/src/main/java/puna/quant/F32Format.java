package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Plain float32.
///
/// | bytes | content |
/// |---|---|
/// | 0..3 | the value, IEEE binary32 |
final class F32Format extends EncodableFormat {
  F32Format() {
    super(TensorType.F32);
  }

  @Override
  public void decode(MemorySegment blocks, long offset, float[] out, int at, int count) {
    check(blocks, offset, out, at, count);
    MemorySegment.copy(blocks, Bytes.FLOAT, offset, out, at, count);
  }

  @Override
  public void encode(float[] values, int at, int count, MemorySegment blocks, long offset) {
    check(blocks, offset, values, at, count);
    MemorySegment.copy(values, at, blocks, Bytes.FLOAT, offset, count);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    out[at] = blocks.get(Bytes.FLOAT, base);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    blocks.set(Bytes.FLOAT, base, values[at]);
  }
}
