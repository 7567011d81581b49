package puna.token.model;

import static puna.token.model.CharacterClass.LETTER;
import static puna.token.model.CharacterClass.NUMBER;
import static puna.token.model.CharacterClass.OTHER;

/// The pieces of GPT-2, by the rule `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
/// ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
///
/// SmolLM cuts the text at every number first and applies the rule to what lies between.
final class Gpt2Scanner implements PieceScanner {
  private final int fragmentEnd;

  private Gpt2Scanner(int fragmentEnd) {
    this.fragmentEnd = fragmentEnd;
  }

  static Gpt2Scanner withRunsOfNumbers() {
    return new Gpt2Scanner(0);
  }

  static Gpt2Scanner withSingleNumbers() {
    return new Gpt2Scanner(NUMBER);
  }

  @Override
  public int next(byte[] utf8, int from, int to) {
    int kind = CharacterClass.at(utf8, from);
    if ((kind & fragmentEnd) != 0) {
      return Utf8.next(utf8, from);
    }
    int contraction = contraction(utf8, from, to);
    if (contraction > from) {
      return contraction;
    }
    int body = from;
    if (utf8[from] == ' ' && from + 1 < to) {
      body = from + 1;
      kind = CharacterClass.at(utf8, body) & ~fragmentEnd;
    }
    int word = kind & (LETTER | NUMBER | OTHER);
    return word != 0
        ? CharacterClass.run(utf8, body, to, word)
        : CharacterClass.spaces(utf8, from, to, fragmentEnd);
  }

  private static int contraction(byte[] utf8, int from, int to) {
    if (utf8[from] != '\'' || from + 1 >= to) {
      return from;
    }
    return switch (utf8[from + 1]) {
      case 's', 't', 'm', 'd' -> from + 2;
      case 'r', 'v' -> from + 2 < to && utf8[from + 2] == 'e' ? from + 3 : from;
      case 'l' -> from + 2 < to && utf8[from + 2] == 'l' ? from + 3 : from;
      default -> from;
    };
  }
}
