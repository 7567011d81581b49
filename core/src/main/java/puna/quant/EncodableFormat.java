package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// A block format with a reference encoder.
abstract class EncodableFormat extends FixedBlockFormat {
  EncodableFormat(TensorType type) {
    super(type);
  }

  @Override
  abstract void encodeBlock(float[] values, int at, MemorySegment blocks, long base);

  @Override
  public final boolean canEncode() {
    return true;
  }
}
