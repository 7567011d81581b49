package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.KvType;

/// The vectors of a `KvType.Q4_0` cache in plain Java: 32 values `d · (q − 8)`, with `q` of four
/// bits.
///
/// | 0..1 scale `d` f16 | 2..17 sixteen bytes, low nibble = value i, high nibble = value i + 16 |
///
/// `d` is the value of largest magnitude over −8, so that this one is kept as it is.
public final class FourBitBlocks {
  private static final float LOWEST = -8;
  private static final int LARGEST_CODE = 15;
  private static final int HALF = KvType.BLOCK / 2;

  private FourBitBlocks() {}

  /// Rounds `count` float32 values at byte `from` of `source` to blocks at byte `to` of `target`.
  /// What no number is, or is infinite, makes its block's scale so.
  public static void store(
      MemorySegment source, long from, MemorySegment target, long to, int count) {
    for (int first = 0; first < count; first += KvType.BLOCK) {
      int values = Math.min(KvType.BLOCK, count - first);
      long at = from + 4L * first;
      float scale = extreme(source, at, values) / LOWEST;
      float inverse = scale == 0 ? 0 : 1 / scale;
      long block = to + (long) first / KvType.BLOCK * KvType.FOUR_BIT_BLOCK_BYTES;
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block, Float.floatToFloat16(scale));
      for (int i = 0; i < HALF; i++) {
        int low = code(source, at, i, values, inverse);
        int high = code(source, at, i + HALF, values, inverse);
        target.set(ValueLayout.JAVA_BYTE, block + 2 + i, (byte) (low | high << 4));
      }
    }
  }

  /// The value of largest magnitude, with its sign; one that is no number is larger than all.
  private static float extreme(MemorySegment source, long at, int values) {
    float extreme = 0;
    for (int i = 0; i < values; i++) {
      float value = source.get(ValueLayout.JAVA_FLOAT, at + 4L * i);
      if (Float.isNaN(value)) {
        return value;
      }
      if (Math.abs(value) > Math.abs(extreme)) {
        extreme = value;
      }
    }
    return extreme;
  }

  /// @return 0 to 15; that of zero where there is no such value
  private static int code(MemorySegment source, long at, int index, int values, float inverse) {
    float value = index < values ? source.get(ValueLayout.JAVA_FLOAT, at + 4L * index) : 0;
    return Math.clamp((int) (value * inverse + 8.5f), 0, LARGEST_CODE);
  }

  /// Decodes `count` values of blocks at byte `from` of `source` to `out[to…]`.
  public static void load(MemorySegment source, long from, float[] out, int to, int count) {
    for (int first = 0; first < count; first += KvType.BLOCK) {
      long block = from + (long) first / KvType.BLOCK * KvType.FOUR_BIT_BLOCK_BYTES;
      float scale = Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, block));
      int values = Math.min(KvType.BLOCK, count - first);
      for (int i = 0; i < Math.min(HALF, values); i++) {
        byte both = source.get(ValueLayout.JAVA_BYTE, block + 2 + i);
        out[to + first + i] = scale * ((both & 0xF) - 8);
        if (i + HALF < values) {
          out[to + first + HALF + i] = scale * ((both >> 4 & 0xF) - 8);
        }
      }
    }
  }
}
