package puna.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Bytes that grow by little-endian fields.
final class LittleEndianBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LittleEndianBytes integer(long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  LittleEndianBytes int32(int value) {
    return integer(value, Integer.BYTES);
  }

  LittleEndianBytes int64(long value) {
    return integer(value, Long.BYTES);
  }

  /// The length in 64 bits, then the UTF-8.
  LittleEndianBytes string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    return raw(utf8);
  }

  LittleEndianBytes raw(byte[] values) {
    bytes.writeBytes(values);
    return this;
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
