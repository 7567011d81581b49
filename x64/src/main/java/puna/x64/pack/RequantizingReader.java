package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import puna.quant.BlockFormat;

/// Decodes a type that has no packed form of its own, and quantizes it to bytes: `PackedType.Q8_0`.
///
/// The types with one scale for 32 or more weights hold small multiples of some step (a lattice's
/// coordinates, ternary digits): that step becomes the scale, and nothing is lost but what f16
/// rounds of it. Where 16 weights have a scale of their own, a byte is a step of 1/127 of the
/// largest of 32 weights, so the mean squared error is at most 1e-4 of the mean square of weights
/// that spread as trained ones do.
final class RequantizingReader extends UnitReader {
  private static final int STEPS = 127;
  private static final float TOLERANCE = 1e-4f; // of a step; far above float32's rounding
  private static final int NOTHING = -1;

  private final BlockFormat format;
  private final float[] block; // whole units and whole blocks
  private int blockAt = NOTHING; // the first column of what `block` holds

  RequantizingReader(BlockFormat format) {
    this.format = format;
    this.block = new float[Math.max(PackedLayout.UNIT, format.type().blockSize())];
  }

  @Override
  void read(byte[] row, int unit, Unit[] out) {
    int column = unit * PackedLayout.UNIT;
    int first = column - column % block.length;
    if (first != blockAt || unit == 0) {
      format.decode(
          MemorySegment.ofArray(row), format.type().byteSize(first), block, 0, block.length);
      blockAt = first;
    }
    quantize(column % block.length, out[0]);
  }

  private void quantize(int first, Unit out) {
    float peak = 0;
    for (int i = first; i < first + PackedLayout.UNIT; i++) {
      peak = Math.max(peak, Math.abs(block[i]));
    }
    int steps = steps(first, peak);
    float inverse = peak == 0 ? 0 : steps / peak;
    out.scale0 = Float.floatToFloat16(peak / steps) & 0xFFFF;
    for (int quad = 0; quad < 8; quad++) {
      int bytes = 0;
      for (int b = 0; b < 4; b++) {
        int number = Math.clamp(Math.round(block[first + 4 * quad + b] * inverse), -128, STEPS);
        bytes |= (number + 128) << (8 * b);
      }
      out.first[quad] = bytes;
    }
  }

  /// Of how many steps the largest magnitude is, so that all weights are whole steps: the fewest;
  /// else 127.
  private int steps(int first, float peak) {
    for (int steps = 1; steps <= STEPS + 1; steps++) {
      float inverse = steps / peak;
      int i = first;
      while (i < first + PackedLayout.UNIT && isWhole(block[i] * inverse)) {
        i++;
      }
      if (i == first + PackedLayout.UNIT) {
        return steps;
      }
    }
    return STEPS;
  }

  /// Whether a byte can hold the number as it is; only below zero do bytes reach 128.
  private static boolean isWhole(float number) {
    int nearest = Math.round(number);
    return Math.abs(number - nearest) < TOLERANCE && nearest <= STEPS;
  }
}
