package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.error.ModelFormatException;
import puna.tensor.Tensor;

/// Refuses 8-bit floats that are infinite or no number: one of them would make every answer
/// nothing, and kernels need not know them.
final class FiniteCodes {
  private static final long MAGNITUDES = 0x7F7F_7F7F_7F7F_7F7FL;
  private static final long SIGNS = ~MAGNITUDES;
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private FiniteCodes() {}

  /// @param rows some rows of `weight`, from `firstRow` on
  /// @throws ModelFormatException when the type is one of 8-bit floats and a code is not finite
  static void require(Tensor weight, MemorySegment rows, int firstRow) {
    int least = leastOfOthers(weight);
    if (least > Byte.MAX_VALUE) {
      return;
    }
    long toSign = (0x80 - least) * ONES;
    long at = 0;
    for (; at + Long.BYTES <= rows.byteSize(); at += Long.BYTES) {
      if (((rows.get(LONG, at) & MAGNITUDES) + toSign & SIGNS) != 0) {
        break;
      }
    }
    for (; at < rows.byteSize(); at++) {
      int code = rows.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      if ((code & 0x7F) >= least) {
        throw new ModelFormatException(
            "tensor %s: weights must be finite numbers, found the code 0x%02X of %s in row %s"
                .formatted(weight.name(), code, weight.type(), firstRow + at / weight.rowBytes()));
      }
    }
  }

  /// The least magnitude of a code that is not a finite number; above all where all are.
  private static int leastOfOthers(Tensor weight) {
    return switch (weight.type()) {
      case F8_E4M3 -> 0x7F;
      case F8_E5M2 -> 0x7C;
      default -> 0x80;
    };
  }
}
