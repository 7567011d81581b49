package puna.token.model;

import java.util.Arrays;

/// The alphabet in which byte-level vocabularies are written: one printable character a byte.
///
/// Bytes 33..126, 161..172 and 174..255 are the characters of that number; the other 68 in
/// ascending order are U+0100, U+0101 and so on, so that a space is Ġ and a line feed Ċ.
public final class ByteAlphabet {
  private static final int SIZE = 0x100 + 68;
  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES = new short[SIZE];

  static {
    Arrays.fill(BYTES, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
      CHARACTERS[b] = itself ? (char) b : next++;
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /// The bytes that `text` spells, written to `into` from `at` on.
  ///
  /// @return the end of them, or -1 when a character is not of the alphabet or there is no room
  public static int spell(String text, byte[] into, int at) {
    int end = at;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= SIZE || BYTES[c] < 0 || end == into.length) {
        return -1;
      }
      into[end++] = (byte) BYTES[c];
    }
    return end;
  }

  /// Whether `text` is the character of one byte.
  public static boolean isByte(String text) {
    return text.length() == 1 && spell(text, new byte[1], 0) == 1;
  }

  /// The characters that stand for `bytes`.
  public static String write(byte[] bytes) {
    char[] text = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      text[i] = CHARACTERS[bytes[i] & 0xFF];
    }
    return new String(text);
  }
}
