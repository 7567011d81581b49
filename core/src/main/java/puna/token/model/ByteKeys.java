package puna.token.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Byte ranges as 64-bit keys: exact up to eight bytes, a hash beyond.
final class ByteKeys {
  /// Ranges up to this length are equal when their keys and lengths are.
  static final int EXACT = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private ByteKeys() {}

  /// Key of `length` ≥ 1 bytes. Reads overlap, so that nothing outside the range is touched.
  static long key(byte[] bytes, int from, int length) {
    if (length < 4) {
      return (bytes[from] & 0xFFL)
          | (bytes[from + (length >> 1)] & 0xFFL) << 8
          | (bytes[from + length - 1] & 0xFFL) << 16;
    }
    if (length <= EXACT) {
      long head = (int) INT.get(bytes, from) & 0xFFFF_FFFFL;
      return head | (long) (int) INT.get(bytes, from + length - 4) << 32;
    }
    long hash = length;
    int last = from + length - 8;
    for (int at = from; at < last; at += 8) {
      hash = mix(hash ^ (long) LONG.get(bytes, at));
    }
    return mix(hash ^ (long) LONG.get(bytes, last));
  }

  /// Scatters a key and a length over all 64 bits; the high ones are the best.
  static long scatter(long key, int length) {
    return mix(key + length);
  }

  private static long mix(long value) {
    long product = value * MULTIPLIER;
    return (product ^ (product >>> 29)) * MULTIPLIER;
  }
}
