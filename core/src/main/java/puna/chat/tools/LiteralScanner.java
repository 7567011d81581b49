package puna.chat.tools;

/// Finds where a Python literal ends: knows of brackets, quotes, triple quotes and escapes, not of
/// what is between them.
final class LiteralScanner {
  private static final int OUTSIDE = 0;

  private int depth;
  private char quote = OUTSIDE;
  private int run; // quotes in a row
  private boolean triple;
  private boolean opening;
  private boolean escaped;

  /// Open brackets.
  int depth() {
    return depth;
  }

  /// Takes the next character; false when brackets close that were never open.
  boolean append(char c) {
    if (quote != OUTSIDE && inString(c)) {
      return true;
    }
    switch (c) {
      case '\'', '"' -> {
        quote = c;
        run = 1;
        opening = true;
        triple = false;
      }
      case '(', '[', '{' -> depth++;
      case ')', ']', '}' -> depth--;
      default -> {}
    }
    return depth >= 0;
  }

  /// True when `c` comes outside of all strings.
  boolean isOutside(char c) {
    // After two quotes in a row it depends on the third whether they were an empty string.
    return quote == OUTSIDE || (opening && run == 2 && c != quote);
  }

  /// False when the string had ended before `c`.
  private boolean inString(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == quote) {
      quoteMark();
    } else if (opening && run == 2) {
      quote = OUTSIDE;
      return false;
    } else {
      opening = false;
      run = 0;
      escaped = c == '\\';
    }
    return true;
  }

  private void quoteMark() {
    run++;
    if (opening) {
      if (run == 3) {
        triple = true;
        opening = false;
        run = 0;
      }
    } else if (!triple || run == 3) {
      quote = OUTSIDE;
    }
  }
}
