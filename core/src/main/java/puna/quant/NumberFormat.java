package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Plain numbers of the machine, rounded to float32: I8, I16, I32, I64, F64.
///
/// | bytes | content |
/// |---|---|
/// | all | the value: two's complement, or IEEE binary64 |
final class NumberFormat extends FixedBlockFormat {
  NumberFormat(TensorType type) {
    super(type);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    out[at] =
        switch (type()) {
          case I8 -> blocks.get(Bytes.BYTE, base);
          case I16 -> blocks.get(Bytes.SHORT, base);
          case I32 -> blocks.get(Bytes.INT, base);
          case I64 -> blocks.get(Bytes.LONG, base);
          case F64 -> (float) blocks.get(Bytes.DOUBLE, base);
          default -> throw new AssertionError(type() + " is no plain number");
        };
  }
}
