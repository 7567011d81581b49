package puna.token.model;

import static puna.token.model.CharacterClass.LETTER;
import static puna.token.model.CharacterClass.LINE_BREAK;
import static puna.token.model.CharacterClass.LOWER;
import static puna.token.model.CharacterClass.NUMBER;
import static puna.token.model.CharacterClass.OTHER;
import static puna.token.model.CharacterClass.UPPER;

/// The pieces of Llama 4 (o200k): words break where case rises, contractions stay with their word.
///
/// With U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, W = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`, P =
/// `[^\r\n\p{L}\p{N}]` and C = `(?i:'s|'t|'re|'ve|'m|'ll|'d)` the rule is
/// `P?U*W+C?|P?U+W*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
final class Llama4Scanner implements PieceScanner {
  private static final int NO_WORD = -1;

  @Override
  public int next(byte[] utf8, int from, int to) {
    int kind = CharacterClass.at(utf8, from);
    if ((kind & NUMBER) != 0) {
      return PieceScanner.upToThreeNumbers(utf8, from, to);
    }
    int word = word(utf8, from, to);
    if (word != NO_WORD) {
      return PieceScanner.contractionIgnoringCase(utf8, word, to);
    }
    int body = utf8[from] == ' ' ? from + 1 : from;
    if (body < to && (CharacterClass.at(utf8, body) & OTHER) != 0) {
      return linesAndSlashes(utf8, CharacterClass.run(utf8, body, to, OTHER), to);
    }
    return PieceScanner.spacesAndLines(utf8, from, to);
  }

  /// The end of a word without its contraction: with one leading character that is no letter, or
  /// without; ending in lower case, or else in upper case.
  private static int word(byte[] utf8, int from, int to) {
    boolean prefixed = (CharacterClass.at(utf8, from) & (LETTER | NUMBER | LINE_BREAK)) == 0;
    int body = prefixed ? Utf8.next(utf8, from) : from;
    int end = lowerWord(utf8, body, to);
    if (end == NO_WORD && prefixed) {
      end = lowerWord(utf8, from, to);
    }
    if (end == NO_WORD) {
      end = upperWord(utf8, body, to);
    }
    if (end == NO_WORD && prefixed) {
      end = upperWord(utf8, from, to);
    }
    return end;
  }

  /// `U*W+`, where U* gives characters back until one of them can be the W.
  private static int lowerWord(byte[] utf8, int from, int to) {
    int upperEnd = CharacterClass.run(utf8, from, to, UPPER);
    int end = CharacterClass.run(utf8, upperEnd, to, LOWER);
    if (end > upperEnd) {
      return end;
    }
    for (int at = upperEnd; at > from; ) {
      int after = at;
      at = Utf8.previous(utf8, at);
      if ((CharacterClass.at(utf8, at) & LOWER) != 0) {
        // What follows has just been given back as not LOWER.
        return after;
      }
    }
    return NO_WORD;
  }

  /// `U+W*`
  private static int upperWord(byte[] utf8, int from, int to) {
    int upperEnd = CharacterClass.run(utf8, from, to, UPPER);
    return upperEnd > from ? CharacterClass.run(utf8, upperEnd, to, LOWER) : NO_WORD;
  }

  private static int linesAndSlashes(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to && (utf8[at] == '\r' || utf8[at] == '\n' || utf8[at] == '/')) {
      at++;
    }
    return at;
  }
}
