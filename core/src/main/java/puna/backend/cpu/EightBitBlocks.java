package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.KvType;

/// The vectors of a `KvType.Q8_0` cache in plain Java: 32 values `d · q`, with `d` as f16 and `q`
/// as signed bytes; `d` is the largest magnitude over 127.
public final class EightBitBlocks {
  private static final float LARGEST = 127;

  private EightBitBlocks() {}

  /// Rounds `count` float32 values at byte `from` of `source` to blocks at byte `to` of `target`.
  /// What no number is, or is infinite, makes its block's scale so.
  public static void store(
      MemorySegment source, long from, MemorySegment target, long to, int count) {
    for (int first = 0; first < count; first += KvType.BLOCK) {
      int values = Math.min(KvType.BLOCK, count - first);
      long at = from + 4L * first;
      float largest = 0;
      for (int i = 0; i < values; i++) {
        largest = Math.max(largest, Math.abs(source.get(ValueLayout.JAVA_FLOAT, at + 4L * i)));
      }
      float scale = largest / LARGEST;
      float inverse = scale == 0 ? 0 : 1 / scale;
      long block = to + (long) first / KvType.BLOCK * KvType.EIGHT_BIT_BLOCK_BYTES;
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block, Float.floatToFloat16(scale));
      for (int i = 0; i < values; i++) {
        float value = source.get(ValueLayout.JAVA_FLOAT, at + 4L * i) * inverse;
        target.set(ValueLayout.JAVA_BYTE, block + 2 + i, (byte) Math.round(value));
      }
    }
  }

  /// Decodes `count` values of blocks at byte `from` of `source` to `out[to…]`.
  public static void load(MemorySegment source, long from, float[] out, int to, int count) {
    for (int first = 0; first < count; first += KvType.BLOCK) {
      long block = from + (long) first / KvType.BLOCK * KvType.EIGHT_BIT_BLOCK_BYTES;
      float scale = Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, block));
      for (int i = first; i < Math.min(first + KvType.BLOCK, count); i++) {
        out[to + i] = scale * source.get(ValueLayout.JAVA_BYTE, block + 2 + i - first);
      }
    }
  }
}
