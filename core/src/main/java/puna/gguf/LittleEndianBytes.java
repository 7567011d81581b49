package puna.gguf;

import java.io.ByteArrayOutputStream;
import puna.text.FileText;

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

  /// The length in 64 bits, then the UTF-8, or the bytes that [FileText] read.
  LittleEndianBytes string(String text) {
    byte[] bytes = FileText.bytes(text);
    int64(bytes.length);
    return raw(bytes);
  }

  LittleEndianBytes raw(byte[] values) {
    bytes.writeBytes(values);
    return this;
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
