package puna.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import puna.tensor.ModelFormatException;

/// A position in the bytes of a GGUF file that moves forward over little-endian fields, and checks
/// each before it reads it.
final class GgufCursor {
  /// Heap of an object, its references and rounding, on top of what it holds.
  static final int OBJECT_BYTES = 64;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int EXCERPT_LENGTH = 80;

  private final MemorySegment bytes;
  private final String origin;
  private final MemoryBudget budget;
  private String place = "header";
  private long position;

  GgufCursor(MemorySegment bytes, String origin, MemoryBudget budget) {
    this.bytes = bytes;
    this.origin = origin;
    this.budget = budget;
  }

  /// Names the place for messages about what follows.
  void enter(String newPlace) {
    place = newPlace;
  }

  long position() {
    return position;
  }

  long size() {
    return bytes.byteSize();
  }

  MemorySegment slice(long offset, long length) {
    return bytes.asSlice(offset, length);
  }

  byte int8(String what) {
    return bytes.get(JAVA_BYTE, advance(1, what));
  }

  short int16(String what) {
    return bytes.get(SHORT, advance(2, what));
  }

  int int32(String what) {
    return bytes.get(INT, advance(4, what));
  }

  long uint32(String what) {
    return Integer.toUnsignedLong(int32(what));
  }

  long int64(String what) {
    return bytes.get(LONG, advance(8, what));
  }

  /// An unsigned 64-bit integer that fits in 63 bits.
  long uint64(String what) {
    long value = int64(what);
    if (value < 0) {
      throw failure(what + " must be below 2^63, found " + Long.toUnsignedString(value));
    }
    return value;
  }

  /// The number of things that follow, each of at least `leastBytes` bytes: no more than the rest
  /// of the file has room for.
  long count(int leastBytes, String what) {
    long count = int64(what);
    long left = size() - position;
    if (count < 0 || count > left / leastBytes) {
      throw failure(
          "%s: %s of at least %d bytes each do not fit in the %d bytes that are left"
              .formatted(what, Long.toUnsignedString(count), leastBytes, left));
    }
    return count;
  }

  String string(String what) {
    long length = count(1, "the length of " + what);
    charge(1, OBJECT_BYTES);
    charge(length, 2);
    byte[] utf8 = new byte[(int) length];
    MemorySegment.copy(bytes, JAVA_BYTE, advance(length, what), utf8, 0, utf8.length);
    String text = new String(utf8, StandardCharsets.UTF_8);
    // Decoding puts U+FFFD for what is malformed; the character itself is legal though rare.
    if (text.indexOf('\uFFFD') >= 0 && !isUtf8(utf8)) {
      throw failure(what + " is not valid UTF-8, found \"" + excerpt(text) + '"');
    }
    return text;
  }

  /// Notes that the heap is about to grow by so many things.
  void charge(long count, int bytesEach) {
    if (!budget.take(count, bytesEach)) {
      throw failure(
          "%s, found %d times %d bytes more".formatted(MemoryBudget.rule(), count, bytesEach));
    }
  }

  ModelFormatException failure(String finding) {
    return new ModelFormatException(origin + ": " + place + ": " + finding);
  }

  /// A name from a file as a message may show it: one line, not too long.
  static String excerpt(String name) {
    StringBuilder shown = new StringBuilder();
    name.codePoints()
        .limit(EXCERPT_LENGTH)
        .map(point -> isPrintable(point) ? point : '?')
        .forEach(shown::appendCodePoint);
    return name.codePointCount(0, name.length()) > EXCERPT_LENGTH ? shown + "…" : shown.toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static boolean isUtf8(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).hasRemaining();
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private long advance(long length, String what) {
    long left = size() - position;
    if (length > left) {
      throw failure("%s takes %d bytes, the file ends after %d".formatted(what, length, left));
    }
    long start = position;
    position += length;
    return start;
  }
}
