package puna.token.model;

import static puna.token.model.CharacterClass.LETTER;
import static puna.token.model.CharacterClass.NUMBER;
import static puna.token.model.CharacterClass.OTHER;
import static puna.token.model.CharacterClass.PUNCTUATION;

/// The pieces of llama.cpp's `default`, what its converter writes for vocabularies that it does not
/// know.
///
/// Four rules, each applied to what the ones before it left: `[\p{P}$+<=>^~|]+`, GPT-2's rule,
/// `\p{N}+`, `[0-9][0-9][0-9]`. So punctuation never takes a space before it, contractions never
/// meet their apostrophe, and numbers stand alone. Source: `llm_tokenizer_bpe` in llama.cpp's
/// `llama-vocab.cpp`.
final class DefaultScanner implements PieceScanner {
  @Override
  public int next(byte[] utf8, int from, int to) {
    int kind = CharacterClass.at(utf8, from);
    if ((kind & PUNCTUATION) != 0) {
      return CharacterClass.run(utf8, from, to, PUNCTUATION);
    }
    if ((kind & NUMBER) != 0) {
      return numbers(utf8, from, to);
    }
    int body = from;
    if (utf8[from] == ' ' && from + 1 < to) {
      body = from + 1;
      kind = CharacterClass.at(utf8, body);
    }
    if ((kind & NUMBER) != 0) {
      return body;
    }
    if ((kind & LETTER) != 0) {
      return CharacterClass.run(utf8, body, to, LETTER);
    }
    if ((kind & OTHER) != 0 && (kind & PUNCTUATION) == 0) {
      return symbols(utf8, body, to);
    }
    return CharacterClass.spaces(utf8, from, to, PUNCTUATION);
  }

  /// Three ASCII digits, else the numbers before the next three.
  private static int numbers(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to && (CharacterClass.at(utf8, at) & NUMBER) != 0) {
      if (areThreeDigits(utf8, at, to)) {
        return at > from ? at : at + 3;
      }
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  private static boolean areThreeDigits(byte[] utf8, int from, int to) {
    for (int at = from; at < from + 3; at++) {
      if (at >= to || utf8[at] < '0' || utf8[at] > '9') {
        return false;
      }
    }
    return true;
  }

  private static int symbols(byte[] utf8, int from, int to) {
    int at = from;
    while (at < to && (CharacterClass.at(utf8, at) & (OTHER | PUNCTUATION)) == OTHER) {
      at = Utf8.next(utf8, at);
    }
    return at;
  }
}
