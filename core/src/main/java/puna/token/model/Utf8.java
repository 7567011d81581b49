package puna.token.model;

import java.nio.charset.StandardCharsets;

/// Steps through valid UTF-8, and text to it.
public final class Utf8 {
  private Utf8() {}

  /// The UTF-8 of `text`; an unpaired surrogate becomes U+FFFD.
  public static byte[] encode(String text) {
    // Java itself would put a question mark there.
    String paired = hasUnpairedSurrogate(text) ? replaceUnpaired(text) : text;
    return paired.getBytes(StandardCharsets.UTF_8);
  }

  /// The index of the character after the one that begins at `at`.
  static int next(byte[] utf8, int at) {
    int lead = utf8[at];
    if (lead >= 0) {
      return at + 1;
    }
    // ~lead of 110xxxxx, 1110xxxx and 11110xxx is 1xxxxx, 1xxxx and 1xxx
    int inverted = ~lead;
    return at + (inverted >= 0x20 ? 2 : inverted >= 0x10 ? 3 : 4);
  }

  /// The index of the character before `at`.
  static int previous(byte[] utf8, int at) {
    int index = at - 1;
    while ((utf8[index] & 0xC0) == 0x80) {
      index--;
    }
    return index;
  }

  /// The code point that begins at `at`.
  static int codePoint(byte[] utf8, int at) {
    int lead = utf8[at];
    if (lead >= 0) {
      return lead;
    }
    int inverted = ~lead;
    if (inverted >= 0x20) {
      return (lead & 0x1F) << 6 | (utf8[at + 1] & 0x3F);
    }
    if (inverted >= 0x10) {
      return (lead & 0x0F) << 12 | (utf8[at + 1] & 0x3F) << 6 | (utf8[at + 2] & 0x3F);
    }
    return (lead & 0x07) << 18
        | (utf8[at + 1] & 0x3F) << 12
        | (utf8[at + 2] & 0x3F) << 6
        | (utf8[at + 3] & 0x3F);
  }

  private static boolean hasUnpairedSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < length
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static String replaceUnpaired(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
    return out.toString();
  }
}
