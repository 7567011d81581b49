package puna.token.model;

/// How the marks of prompts are written, such as `<|im_start|>`, `</s>` and `[INST]`.
///
/// It is asked of tokens whose kind says that they are text. No pre-tokenizer makes a piece of
/// brackets around letters, so that a byte-level token of that form can only be meant as a mark.
final class MarkSpelling {
  private MarkSpelling() {}

  static boolean mayBegin(byte first) {
    return first == '<' || first == '[';
  }

  /// Letters in angle or square brackets, without a space.
  static boolean isBracketed(String text) {
    if (text.length() < 3) {
      return false;
    }
    char last = text.charAt(text.length() - 1);
    boolean bracketed =
        switch (text.charAt(0)) {
          case '<' -> last == '>';
          case '[' -> last == ']';
          default -> false;
        };
    return bracketed
        && text.codePoints().noneMatch(Character::isWhitespace)
        && text.codePoints().anyMatch(Character::isLetter);
  }

  /// Bars inside angle brackets, half or full width, as in `<|eot_id|>`, `<turn|>` and
  /// `<\uFF5CUser\uFF5C>`: nobody writes these but to steer a model.
  static boolean isBarred(String text) {
    return isBracketed(text)
        && (isBar(text.charAt(1)) || isBar(text.charAt(text.length() - 2)))
        && text.charAt(0) == '<';
  }

  private static boolean isBar(char character) {
    return character == '|' || character == '\uFF5C';
  }

  /// What a file's own word for a token of its own can be as a mark: bracketed, or letters beside
  /// signs as in `### Human:`. White space, words and rulers are no marks.
  static boolean isWritten(String text) {
    return isBracketed(text)
        || (text.codePoints().anyMatch(Character::isLetter)
            && text.codePoints()
                .anyMatch(c -> !Character.isLetterOrDigit(c) && !Character.isWhitespace(c)));
  }
}
