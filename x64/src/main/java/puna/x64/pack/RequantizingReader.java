package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import puna.quant.BlockFormat;

/// Decodes a type that has no packed form of its own, and quantizes it to bytes: `PackedType.Q8_0`.
///
/// A byte is a step of 1/127 of the largest of 32 weights, so the mean squared error is at most
/// 1e-4 of the mean square of weights that spread as trained ones do.
final class RequantizingReader extends UnitReader {
  private static final int STEPS = 127;
  private static final int NOTHING = -1;

  private final BlockFormat format;
  private final float[] block; // whole units and whole blocks
  private int blockAt = NOTHING; // the first column of what `block` holds

  RequantizingReader(BlockFormat format) {
    this.format = format;
    this.block = new float[Math.max(PackedLayout.UNIT, format.type().blockSize())];
  }

  @Override
  void read(byte[] row, int unit, Unit out) {
    int column = unit * PackedLayout.UNIT;
    int first = column - column % block.length;
    if (first != blockAt || unit == 0) {
      format.decode(
          MemorySegment.ofArray(row), format.type().byteSize(first), block, 0, block.length);
      blockAt = first;
    }
    quantize(column % block.length, out);
  }

  private void quantize(int first, Unit out) {
    float peak = 0;
    for (int i = first; i < first + PackedLayout.UNIT; i++) {
      peak = Math.max(peak, Math.abs(block[i]));
    }
    short half = Float.floatToFloat16(peak / STEPS);
    float scale = Float.float16ToFloat(half);
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.scale0 = half & 0xFFFF;
    for (int quad = 0; quad < 8; quad++) {
      int bytes = 0;
      for (int b = 0; b < 4; b++) {
        int number = Math.clamp(Math.round(block[first + 4 * quad + b] * inverse), -STEPS, STEPS);
        bytes |= (number + 128) << (8 * b);
      }
      out.quads[quad] = bytes;
    }
  }
}
