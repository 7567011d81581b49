package puna.token.model;

import java.io.ByteArrayOutputStream;

/// Writes the fields of one protobuf message.
final class ProtobufBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void varint(int field, long value) {
    number((long) field << 3);
    number(value);
  }

  void fixed32(int field, float value) {
    number((long) field << 3 | 5);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(bits >>> shift);
    }
  }

  void bytes(int field, byte[] value) {
    number((long) field << 3 | 2);
    number(value.length);
    out.writeBytes(value);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  private void number(long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
