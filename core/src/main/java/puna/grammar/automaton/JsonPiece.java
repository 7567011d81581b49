package puna.grammar.automaton;

import java.nio.charset.StandardCharsets;
import puna.grammar.Words;

/// A string or number of JSON that is being read, by what it means. Immutable.
///
/// @param text the characters that are known, without quotes and escapes
/// @param raw the bytes of a character that is not complete, one a char
/// @param state of the words that it must be one of, after `text`
record JsonPiece(String text, String raw, int state) {
  static final JsonPiece EMPTY = new JsonPiece("", "", 0);

  /// With one more byte of it.
  JsonPiece with(byte value, OpenValue open) {
    if (raw.isEmpty() && value >= 0 && value != '\\') {
      return new JsonPiece(text + (char) value, "", next(value, open));
    }
    String bytes = raw + (char) (value & 0xFF);
    int character = character(bytes);
    return character < 0
        ? new JsonPiece(text, bytes, state)
        : new JsonPiece(text + Character.toString(character), "", next(character, open));
  }

  private int next(int character, OpenValue open) {
    Words words = open.words();
    return words == null ? 0 : words.next(state, character);
  }

  /// The character of some bytes, or -1 while it is not complete.
  private static int character(String bytes) {
    if (bytes.charAt(0) == '\\') {
      return escaped(bytes);
    }
    int first = bytes.charAt(0);
    int length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return bytes.length() < length
        ? -1
        : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .codePointAt(0);
  }

  private static int escaped(String bytes) {
    int length = bytes.length();
    if (length < 2) {
      return -1;
    }
    if (bytes.charAt(1) != 'u') {
      int index = "bfnrt".indexOf(bytes.charAt(1));
      return index < 0 ? bytes.charAt(1) : "\b\f\n\r\t".charAt(index);
    }
    if (length < 6) {
      return -1;
    }
    char first = (char) Integer.parseInt(bytes, 2, 6, 16);
    if (!Character.isHighSurrogate(first)) {
      return first;
    }
    return length < 12
        ? -1
        : Character.toCodePoint(first, (char) Integer.parseInt(bytes, 8, 12, 16));
  }
}
