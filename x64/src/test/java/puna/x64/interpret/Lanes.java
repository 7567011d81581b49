package puna.x64.interpret;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The content of a vector of 256 bits, as lanes of any size.
final class Lanes {
  static final int BYTES = 32;

  private final ByteBuffer bytes;

  Lanes() {
    this(new byte[BYTES]);
  }

  /// @param content its first bytes; the others are zero
  Lanes(byte[] content) {
    bytes = ByteBuffer.wrap(Arrays.copyOf(content, BYTES)).order(ByteOrder.LITTLE_ENDIAN);
  }

  Lanes copy() {
    return new Lanes(bytes.array());
  }

  byte[] bytes() {
    return bytes.array();
  }

  /// Makes all but the first `count` bytes zero.
  void clearFrom(int count) {
    Arrays.fill(bytes.array(), count, BYTES, (byte) 0);
  }

  byte octet(int lane) {
    return bytes.get(lane);
  }

  int unsignedOctet(int lane) {
    return bytes.get(lane) & 0xFF;
  }

  void octet(int lane, int value) {
    bytes.put(lane, (byte) value);
  }

  short word(int lane) {
    return bytes.getShort(2 * lane);
  }

  void word(int lane, int value) {
    bytes.putShort(2 * lane, (short) value);
  }

  int dword(int lane) {
    return bytes.getInt(4 * lane);
  }

  void dword(int lane, int value) {
    bytes.putInt(4 * lane, value);
  }

  long qword(int lane) {
    return bytes.getLong(8 * lane);
  }

  void qword(int lane, long value) {
    bytes.putLong(8 * lane, value);
  }

  float single(int lane) {
    return bytes.getFloat(4 * lane);
  }

  void single(int lane, float value) {
    bytes.putFloat(4 * lane, value);
  }
}
