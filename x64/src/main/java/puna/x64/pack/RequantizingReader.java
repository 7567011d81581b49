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
  private static final float NEAREST = 0x1.8p23f; // numbers of this size are whole
  private static final int NOTHING = -1;

  private final BlockFormat format;
  private final float[] block; // whole units and whole blocks
  private int blockAt = NOTHING; // the first column of what `block` holds
  private byte[] row = {};
  private MemorySegment rowBytes = MemorySegment.NULL; // `row` as a segment

  RequantizingReader(BlockFormat format) {
    this.format = format;
    this.block = new float[Math.max(PackedLayout.UNIT, format.type().blockSize())];
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // whoever packs has one array for all rows
  void read(byte[] bytes, int unit, Unit[] out) {
    if (bytes != row) {
      row = bytes;
      rowBytes = MemorySegment.ofArray(bytes);
    }
    int column = unit * PackedLayout.UNIT;
    int first = column - column % block.length;
    if (first != blockAt || unit == 0) {
      format.decode(rowBytes, format.type().byteSize(first), block, 0, block.length);
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
        int number = (int) nearest(block[first + 4 * quad + b] * inverse);
        bytes |= (Math.min(Math.max(number, -128), STEPS) + 128) << (8 * b);
      }
      out.first[quad] = bytes;
    }
  }

  /// Of how many steps the largest magnitude is, so that all weights are whole steps: the fewest;
  /// else 127.
  private int steps(int first, float peak) {
    float least = peak; // of the magnitudes that are not zero steps whatever a step is
    for (int i = first; i < first + PackedLayout.UNIT; i++) {
      float magnitude = Math.abs(block[i]);
      if (magnitude * STEPS > peak * TOLERANCE) {
        least = Math.min(least, magnitude);
      }
    }
    for (int stepsOfLeast = 1; stepsOfLeast <= STEPS + 1; stepsOfLeast++) {
      int steps = (int) nearest(stepsOfLeast * peak / least);
      if (steps > STEPS + 1) {
        return STEPS;
      }
      if (areWhole(first, steps / peak)) {
        return steps;
      }
    }
    return STEPS;
  }

  private boolean areWhole(int first, float inverse) {
    for (int i = first; i < first + PackedLayout.UNIT; i++) {
      if (!isWhole(block[i] * inverse)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a byte can hold the number as it is; only below zero do bytes reach 128.
  private static boolean isWhole(float number) {
    float nearest = nearest(number);
    return Math.abs(number - nearest) < TOLERANCE && nearest <= STEPS;
  }

  /// The nearest whole number of one below 2^22: `Math.round` switches the processor's rounding
  /// mode, which takes longer than all the rest.
  private static float nearest(float number) {
    return number + NEAREST - NEAREST;
  }
}
