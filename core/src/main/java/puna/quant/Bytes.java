package puna.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Little-endian fields of a block, at any byte offset.
final class Bytes {
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  static int u8(MemorySegment blocks, long offset) {
    return blocks.get(BYTE, offset) & 0xFF;
  }

  static int u16(MemorySegment blocks, long offset) {
    return blocks.get(SHORT, offset) & 0xFFFF;
  }

  static int u32(MemorySegment blocks, long offset) {
    return blocks.get(INT, offset);
  }

  /// The f16 at `offset`, widened.
  static float half(MemorySegment blocks, long offset) {
    return Float.float16ToFloat(blocks.get(SHORT, offset));
  }

  static void putByte(MemorySegment blocks, long offset, int value) {
    blocks.set(BYTE, offset, (byte) value);
  }

  static void putShort(MemorySegment blocks, long offset, int value) {
    blocks.set(SHORT, offset, (short) value);
  }

  static void putInt(MemorySegment blocks, long offset, int value) {
    blocks.set(INT, offset, value);
  }

  /// Stores `value` as f16, rounded to the nearest, ties to even; returns what was stored.
  static float putHalf(MemorySegment blocks, long offset, float value) {
    short half = Float.floatToFloat16(value);
    blocks.set(SHORT, offset, half);
    return Float.float16ToFloat(half);
  }
}
