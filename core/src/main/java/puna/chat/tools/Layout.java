package puna.chat.tools;

/// What stands between the tokens of Python and JSON and says nothing: white space, comments, and a
/// backslash at the end of a line.
final class Layout {
  private State state = State.NONE;

  /// What became of a character.
  enum Taken {
    YES,
    NO,
    /// A backslash that no line end follows.
    MALFORMED
  }

  private enum State {
    NONE,
    COMMENT,
    JOIN
  }

  Taken append(char c) {
    return switch (state) {
      case COMMENT -> {
        state = isLineEnd(c) ? State.NONE : State.COMMENT;
        yield Taken.YES;
      }
      case JOIN -> {
        state = State.NONE;
        yield isLineEnd(c) ? Taken.YES : Taken.MALFORMED;
      }
      case NONE -> {
        state = c == '#' ? State.COMMENT : c == '\\' ? State.JOIN : State.NONE;
        yield state != State.NONE || isSpace(c) ? Taken.YES : Taken.NO;
      }
    };
  }

  /// True in a comment or behind a backslash, where no character begins a token.
  boolean isOpen() {
    return state != State.NONE;
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\f' || isLineEnd(c);
  }

  static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
