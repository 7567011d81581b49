package puna.token.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import puna.error.ModelFormatException;

/// A cursor over the fields of one protobuf message. Whatever the bytes are, it stays inside them.
///
/// After [#next] the field's value must be taken once, by the method of its type or by [#skip].
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private final String origin;
  private int at;
  private int field;
  private int wireType;

  ProtobufReader(byte[] message, String origin) {
    this(message, 0, message.length, origin);
  }

  private ProtobufReader(byte[] bytes, int from, int to, String origin) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.origin = origin;
  }

  /// Steps to the next field; false at the end of the message.
  boolean next() {
    if (at == end) {
      return false;
    }
    int start = at;
    long tag = readVarint();
    wireType = (int) (tag & 7);
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw refusal(start, "a field number must be in 1..2^29-1", Long.toUnsignedString(tag >>> 3));
    }
    field = (int) (tag >>> 3);
    return true;
  }

  int field() {
    return field;
  }

  long varint() {
    require(VARINT, "a varint");
    return readVarint();
  }

  float fixed32AsFloat() {
    require(FIXED32, "four bytes");
    int start = advance(4);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(start);
  }

  /// The field as a message of its own.
  ProtobufReader message() {
    require(LENGTH_DELIMITED, "length-delimited");
    int length = readLength();
    int start = advance(length);
    return new ProtobufReader(bytes, start, start + length, origin);
  }

  byte[] bytes() {
    require(LENGTH_DELIMITED, "length-delimited");
    int length = readLength();
    int start = advance(length);
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  String string() {
    int start = at;
    byte[] utf8 = bytes();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw refusal(start, "a string must be UTF-8", "ill-formed bytes");
    }
  }

  /// Passes over a field of any type.
  void skip() {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> advance(8);
      case LENGTH_DELIMITED -> advance(readLength());
      case FIXED32 -> advance(4);
      default -> throw refusal(at, "a wire type must be 0, 1, 2 or 5", wireType);
    }
  }

  private void require(int type, String name) {
    if (wireType != type) {
      throw refusal(at, "field " + field + " must be " + name, "wire type " + wireType);
    }
  }

  private int readLength() {
    int start = at;
    long length = readVarint();
    if (length < 0 || length > end - at) {
      throw refusal(
          start,
          "a length must be at most the " + (end - at) + " bytes that are left",
          Long.toUnsignedString(length));
    }
    return (int) length;
  }

  private long readVarint() {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes[advance(1)];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw refusal(start, "a varint must have at most 10 bytes", "more");
  }

  /// Steps over `count` bytes.
  ///
  /// @return where they begin
  private int advance(int count) {
    if (count > end - at) {
      throw refusal(at, "a field needs " + count + " bytes", end - at);
    }
    int start = at;
    at += count;
    return start;
  }

  private ModelFormatException refusal(int place, String rule, Object found) {
    return new ModelFormatException(
        "%s: protobuf at byte %s: %s, found %s".formatted(origin, place, rule, found));
  }
}
