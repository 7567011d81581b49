package puna.token.model;

/// The classes of Unicode code points that pre-tokenizers speak of, as bits of one int.
///
/// General categories come from the runtime's Unicode version. [#SPACE] is the property
/// White_Space, which is neither `Character.isWhitespace` nor the `\s` of `java.util.regex`.
final class CharacterClass {
  /// `\p{L}`
  static final int LETTER = 1;

  /// `\p{N}`
  static final int NUMBER = 2;

  /// `\s`
  static final int SPACE = 4;

  /// Carriage return and line feed; they are [#SPACE] as well.
  static final int LINE_BREAK = 8;

  /// Neither letter, number nor space.
  static final int OTHER = 16;

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: what may begin a cased word.
  static final int UPPER = 32;

  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: what may go on in a cased word.
  static final int LOWER = 64;

  /// `[\p{P}$+<=>^~|]`
  static final int PUNCTUATION = 128;

  private static final int TABLE_SIZE = 0x3400;
  private static final byte[] TABLE = table();

  private CharacterClass() {}

  /// The class of the character that begins at `at` in valid UTF-8.
  static int at(byte[] utf8, int at) {
    int lead = utf8[at];
    return lead >= 0 ? TABLE[lead] : of(Utf8.codePoint(utf8, at));
  }

  static int of(int codePoint) {
    return codePoint < TABLE_SIZE ? TABLE[codePoint] : compute(codePoint);
  }

  /// The end of the run of characters that have a bit of `mask`, from `from` on.
  static int run(byte[] utf8, int from, int to, int mask) {
    int at = from;
    while (at < to && (at(utf8, at) & mask) != 0) {
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  /// The end of the run of spaces from `from` on, without the last one where it leads a word.
  ///
  /// @param noWord bits of characters that begin no word
  static int spaces(byte[] utf8, int from, int to, int noWord) {
    int at = from;
    int last = from;
    while (at < to && (at(utf8, at) & SPACE) != 0) {
      last = at;
      at = Utf8.next(utf8, at);
    }
    boolean wordFollows = at < to && (at(utf8, at) & noWord) == 0;
    return wordFollows && last > from ? last : at;
  }

  private static byte[] table() {
    byte[] table = new byte[TABLE_SIZE];
    for (int i = 0; i < TABLE_SIZE; i++) {
      table[i] = (byte) compute(i);
    }
    return table;
  }

  private static int compute(int codePoint) {
    if (isWhiteSpace(codePoint)) {
      return codePoint == '\r' || codePoint == '\n' ? SPACE | LINE_BREAK : SPACE;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | UPPER;
      case Character.LOWERCASE_LETTER -> LETTER | LOWER;
      case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | UPPER | LOWER;
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          OTHER | UPPER | LOWER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          OTHER | PUNCTUATION;
      default -> "$+<=>^~|".indexOf(codePoint) >= 0 ? OTHER | PUNCTUATION : OTHER;
    };
  }

  private static boolean isWhiteSpace(int codePoint) {
    return switch (codePoint) {
      case 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
      default ->
          (codePoint >= 0x09 && codePoint <= 0x0D) || (codePoint >= 0x2000 && codePoint <= 0x200A);
    };
  }
}
