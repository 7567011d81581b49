package puna.token.model;

import static puna.token.model.CharacterClass.LETTER;
import static puna.token.model.CharacterClass.LINE_BREAK;
import static puna.token.model.CharacterClass.NUMBER;
import static puna.token.model.CharacterClass.OTHER;

/// The pieces of Llama 3 (cl100k), by the rule
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
/// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
final class Llama3Scanner implements PieceScanner {
  @Override
  public int next(byte[] utf8, int from, int to) {
    int kind = CharacterClass.at(utf8, from);
    int second = Utf8.next(utf8, from);
    if ((kind & LETTER) != 0) {
      return CharacterClass.run(utf8, second, to, LETTER);
    }
    if ((kind & NUMBER) != 0) {
      return PieceScanner.upToThreeNumbers(utf8, from, to);
    }
    int contraction = PieceScanner.contractionIgnoringCase(utf8, from, to);
    if (contraction > from) {
      return contraction;
    }
    int secondKind = second < to ? CharacterClass.at(utf8, second) : 0;
    if ((kind & LINE_BREAK) == 0 && (secondKind & LETTER) != 0) {
      return CharacterClass.run(utf8, second, to, LETTER);
    }
    if ((kind & OTHER) != 0 || (utf8[from] == ' ' && (secondKind & OTHER) != 0)) {
      int end = CharacterClass.run(utf8, second, to, OTHER);
      return CharacterClass.run(utf8, end, to, LINE_BREAK);
    }
    return PieceScanner.spacesAndLines(utf8, from, to);
  }
}
