package puna.gguf;

import java.lang.foreign.MemorySegment;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;
import puna.text.FileText;

/// A position in the bytes of a GGUF file that moves forward over its fields, and checks each
/// before it reads it. They are little-endian until [#turnRound].
final class GgufCursor {
  /// Heap of an object, its references and rounding, on top of what it holds.
  static final int OBJECT_BYTES = 64;

  // A window on the heap: a hundred thousand strings are read through it at every start.
  private static final int WINDOW_BYTES = 1 << 16;
  private static final int EXCERPT_LENGTH = 80;

  private final StoredBytes bytes;
  private final String origin;
  private final MemoryBudget budget;
  private final byte[] window;
  private String place = "header";
  private long position;
  // Bytes of the file from `windowStart` to before `windowEnd` lie in the window.
  private long windowStart;
  private long windowEnd;
  private boolean isBigEndian;

  GgufCursor(StoredBytes bytes, String origin, MemoryBudget budget) {
    this.bytes = bytes;
    this.origin = origin;
    this.budget = budget;
    this.window = new byte[(int) Math.min(WINDOW_BYTES, bytes.size())];
  }

  /// Names the place for messages about what follows.
  void enter(String newPlace) {
    place = newPlace;
  }

  /// Takes all further fields for big-endian.
  void turnRound() {
    isBigEndian = true;
  }

  boolean isBigEndian() {
    return isBigEndian;
  }

  long position() {
    return position;
  }

  long size() {
    return bytes.size();
  }

  StoredBytes slice(long offset, long length) {
    return bytes.slice(offset, length);
  }

  byte int8(String what) {
    return window[advance(1, what)];
  }

  short int16(String what) {
    int at = advance(2, what);
    short value = (short) ((window[at] & 0xff) | (window[at + 1] << 8));
    return isBigEndian ? Short.reverseBytes(value) : value;
  }

  int int32(String what) {
    int value = int32(advance(4, what));
    return isBigEndian ? Integer.reverseBytes(value) : value;
  }

  long uint32(String what) {
    return Integer.toUnsignedLong(int32(what));
  }

  long int64(String what) {
    int at = advance(8, what);
    long value = Integer.toUnsignedLong(int32(at)) | ((long) int32(at + 4) << 32);
    return isBigEndian ? Long.reverseBytes(value) : value;
  }

  /// An unsigned 64-bit integer that must fit in 63 bits.
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
          "%s: %s of at least %s bytes each do not fit in the %s bytes that are left"
              .formatted(what, Long.toUnsignedString(count), leastBytes, left));
    }
    return count;
  }

  /// Text that must be UTF-8.
  String strictString(String what) {
    String text = string(what);
    if (FileText.isEscaped(text)) {
      throw failure(what + " is not valid UTF-8, found \"" + excerpt(FileText.shown(text)) + '"');
    }
    return text;
  }

  /// Text as [FileText] reads it.
  String string(String what) {
    long length = count(1, "the length of " + what);
    charge(1, OBJECT_BYTES);
    charge(length, 2);
    return length <= window.length ? shortString((int) length, what) : longString(length);
  }

  /// Notes that the heap is about to grow by so many things.
  void charge(long count, int bytesEach) {
    if (!budget.take(count, bytesEach)) {
      throw failure(
          "%s, found %s times %s bytes more".formatted(MemoryBudget.rule(), count, bytesEach));
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

  private String shortString(int length, String what) {
    return FileText.read(window, advance(length, what), length);
  }

  // The budget bounds the length.
  private String longString(long length) {
    byte[] utf8 = bytes.slice(position, length).toArray();
    position += length;
    return FileText.read(utf8, 0, utf8.length);
  }

  private int int32(int at) {
    return (window[at] & 0xff)
        | ((window[at + 1] & 0xff) << 8)
        | ((window[at + 2] & 0xff) << 16)
        | (window[at + 3] << 24);
  }

  /// Moves over `length` bytes, no more than the window holds; the place of the first in it.
  private int advance(int length, String what) {
    if (length > windowEnd - position) {
      fill(length, what);
    }
    int at = (int) (position - windowStart);
    position += length;
    return at;
  }

  private void fill(int length, String what) {
    long left = size() - position;
    if (length > left) {
      throw failure("%s takes %s bytes, the file ends after %s".formatted(what, length, left));
    }
    int filled = (int) Math.min(window.length, left);
    bytes.read(position, MemorySegment.ofArray(window).asSlice(0, filled));
    windowStart = position;
    windowEnd = position + filled;
  }
}
