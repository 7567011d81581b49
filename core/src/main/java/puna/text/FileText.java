package puna.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text from files that should be UTF-8 and need not be.
///
/// A byte that is no UTF-8, 0x80 to 0xFF, becomes an unpaired surrogate, U+DC80 to U+DCFF, which no
/// UTF-8 stands for: different bytes are different text, and the bytes come back. People see U+FFFD
/// in its place.
public final class FileText {
  private static final char FIRST_ESCAPE = '\uDC80';
  private static final char LAST_ESCAPE = '\uDCFF';
  private static final int ESCAPE_BASE = 0xDC00;
  private static final char REPLACEMENT = '\uFFFD';
  private static final int LONGEST_MESSAGE = 2000;

  private FileText() {}

  /// The text of `length` bytes from `offset`.
  public static String read(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    // Decoding puts U+FFFD for what is malformed; the character itself is legal though rare.
    return text.indexOf(REPLACEMENT) < 0 ? text : escaped(ByteBuffer.wrap(bytes, offset, length));
  }

  /// The bytes that `text` was read from. An unpaired surrogate that is no such byte becomes
  /// U+FFFD.
  public static byte[] bytes(String text) {
    if (!isEscaped(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[3 * text.length()];
    int size = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      if (isEscape(point)) {
        bytes[size++] = (byte) point;
      } else {
        boolean isUnpaired = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        byte[] utf8 =
            Character.toString(isUnpaired ? REPLACEMENT : point).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
      }
      at += Character.charCount(point);
    }
    return Arrays.copyOf(bytes, size);
  }

  /// `text` as it is shown: with U+FFFD for each byte that is no UTF-8.
  public static String shown(String text) {
    if (!isEscaped(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> isEscape(point) ? REPLACEMENT : point)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /// Whether `text` was read from bytes that are not all UTF-8.
  public static boolean isEscaped(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return text.codePoints().anyMatch(FileText::isEscape);
      }
    }
    return false;
  }

  /// `message` as one line that is safe to print, whatever names and values of a file it quotes:
  /// characters that end a line, steer a terminal or turn its direction become `?`, and what is
  /// beyond 2,000 characters an ellipsis.
  public static String line(String message) {
    StringBuilder line = new StringBuilder(Math.min(message.length(), LONGEST_MESSAGE));
    for (int at = 0; at < message.length(); ) {
      if (line.length() >= LONGEST_MESSAGE) {
        return line.append('\u2026').toString();
      }
      int point = message.codePointAt(at);
      line.appendCodePoint(safe(point));
      at += Character.charCount(point);
    }
    return line.toString();
  }

  private static int safe(int point) {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      return REPLACEMENT; // unpaired, which no output can write
    }
    return isSteering(point) ? '?' : point;
  }

  private static boolean isSteering(int point) {
    return Character.isISOControl(point)
        || point == 0x061C
        || point == 0x200E
        || point == 0x200F
        || (point >= 0x2028 && point <= 0x202E)
        || (point >= 0x2066 && point <= 0x2069);
  }

  private static boolean isEscape(int point) {
    return point >= FIRST_ESCAPE && point <= LAST_ESCAPE;
  }

  private static String escaped(ByteBuffer bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = decoder.decode(bytes, text, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        text.put((char) (ESCAPE_BASE | Byte.toUnsignedInt(bytes.get())));
      }
      result = decoder.decode(bytes, text, true);
    }
    return text.flip().toString();
  }
}
