package puna.token.model;

/// Cuts text into the pieces inside which byte pairs are merged: the pre-tokenizer, written by hand
/// instead of as a regular expression.
///
/// A scanner looks at each character a bounded number of times, keeps no state and allocates
/// nothing.
sealed interface PieceScanner permits DefaultScanner, Gpt2Scanner, Llama3Scanner, Llama4Scanner {
  /// The end of the piece that begins at `from`, always beyond `from`.
  ///
  /// @param utf8 valid UTF-8
  /// @param to the end of the text; what follows it is not looked at
  int next(byte[] utf8, int from, int to);

  /// The end of a contraction ('s 't 'm 'd 're 've 'll) at `from` whatever its case, or `from`.
  ///
  /// U+017F, the long s, folds to s.
  static int contractionIgnoringCase(byte[] utf8, int from, int to) {
    if (from + 1 >= to || utf8[from] != '\'') {
      return from;
    }
    int first = utf8[from + 1] | 0x20;
    switch (first) {
      case 's', 't', 'm', 'd':
        return from + 2;
      case 'r', 'v':
        return from + 2 < to && (utf8[from + 2] | 0x20) == 'e' ? from + 3 : from;
      case 'l':
        return from + 2 < to && (utf8[from + 2] | 0x20) == 'l' ? from + 3 : from;
      default:
        boolean longS =
            from + 2 < to && utf8[from + 1] == (byte) 0xC5 && utf8[from + 2] == (byte) 0xBF;
        return longS ? from + 3 : from;
    }
  }

  /// The end of up to three numbers.
  static int upToThreeNumbers(byte[] utf8, int from, int to) {
    int at = from;
    for (int i = 0; i < 3 && at < to; i++) {
      if ((CharacterClass.at(utf8, at) & CharacterClass.NUMBER) == 0) {
        break;
      }
      at = Utf8.next(utf8, at);
    }
    return at;
  }

  /// The rule `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break of the run of spaces, else the
  /// run without the space that leads the next word, else the run.
  static int spacesAndLines(byte[] utf8, int from, int to) {
    int at = from;
    int last = from;
    int afterBreak = -1;
    while (at < to) {
      int kind = CharacterClass.at(utf8, at);
      if ((kind & CharacterClass.SPACE) == 0) {
        break;
      }
      last = at;
      at = Utf8.next(utf8, at);
      if ((kind & CharacterClass.LINE_BREAK) != 0) {
        afterBreak = at;
      }
    }
    if (afterBreak >= 0) {
      return afterBreak;
    }
    return at < to && last > from ? last : at;
  }
}
