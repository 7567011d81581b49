package puna.x64.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What readers of a row's bytes share: numbers at any byte of it, little-endian.
abstract class RowReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  static long i64(byte[] row, int at) {
    return (long) LONG.get(row, at);
  }

  static int i32(byte[] row, int at) {
    return (int) INT.get(row, at);
  }

  static short i16(byte[] row, int at) {
    return (short) SHORT.get(row, at);
  }

  static int u16(byte[] row, int at) {
    return i16(row, at) & 0xFFFF;
  }

  static int u8(byte[] row, int at) {
    return row[at] & 0xFF;
  }

  static float half(byte[] row, int at) {
    return Float.float16ToFloat(i16(row, at));
  }
}
