package puna.chat.tools;

/// One string in quotes, read character by character: JSON's, or any of Python's but those of bytes
/// and formats.
///
/// In double quotes `\/` is a slash where JSON is read, and both characters where Python is; what
/// JSON knows no meaning for has Python's.
final class StringReader {
  private static final int MAX_NAME = 100;

  private final StringBuilder out;
  private final char quote;
  private final Escapes escapes;
  private final StringBuilder escape = new StringBuilder(); // behind the backslash
  private boolean inEscape;
  private boolean triple;
  private boolean opening = true;
  private boolean afterReturn; // the second half of \r\n says nothing
  private int run = 1; // quotes in a row

  /// What a backslash means.
  enum Escapes {
    JSON,
    PYTHON,
    /// Nothing: the string is raw.
    NONE
  }

  /// What became of a character.
  enum Taken {
    YES,
    /// It is the last quote.
    LAST,
    /// The string, an empty one, had ended before it.
    NO,
    MALFORMED
  }

  /// @param out takes what the string stands for
  StringReader(char quote, Escapes escapes, StringBuilder out) {
    this.quote = quote;
    this.escapes = escapes == Escapes.JSON && quote != '"' ? Escapes.PYTHON : escapes;
    this.out = out;
  }

  /// False when the next character may be outside of it: behind two quotes that may be three.
  boolean isOpenFor(char c) {
    return !opening || run < 2 || c == quote;
  }

  Taken append(char c) {
    if (inEscape) {
      return escape(c);
    }
    if (c == quote) {
      return quoteMark();
    }
    if (opening && run == 2) {
      return Taken.NO;
    }
    opening = false;
    out.repeat(quote, triple ? run : 0);
    run = 0;
    return plain(c);
  }

  private Taken quoteMark() {
    afterReturn = false;
    run++;
    if (opening) {
      triple = run == 3;
      opening = !triple;
      run = triple ? 0 : run;
      return Taken.YES;
    }
    return !triple || run == 3 ? Taken.LAST : Taken.YES;
  }

  private Taken plain(char c) {
    boolean second = c == '\n' && afterReturn;
    afterReturn = c == '\r';
    if (Layout.isLineEnd(c)) {
      if (!triple) {
        return Taken.MALFORMED;
      }
      out.append(second ? "" : "\n");
    } else if (c == '\\') {
      inEscape = true;
      escape.setLength(0);
    } else if (c == '\0') {
      return Taken.MALFORMED;
    } else {
      out.append(c);
    }
    return Taken.YES;
  }

  private Taken escape(char c) {
    if (escapes == Escapes.NONE) {
      inEscape = false;
      out.append('\\').append(c);
      return c == '\0' ? Taken.MALFORMED : Taken.YES;
    }
    if (escape.isEmpty()) {
      return first(c);
    }
    char kind = escape.charAt(0);
    if (isOctal(kind)) {
      return octal(c);
    }
    escape.append(c);
    return kind == 'N' ? name(c) : hex(kind, c);
  }

  private Taken first(char c) {
    if ("xuUN".indexOf(c) >= 0 || isOctal(c)) {
      escape.append(c);
      return Taken.YES;
    }
    inEscape = false;
    int known = "ntrbfav".indexOf(c);
    if (known >= 0) {
      out.append("\n\t\r\b\f\u0007\u000b".charAt(known));
    } else if (Layout.isLineEnd(c)) {
      afterReturn = c == '\r';
      skipLineFeed();
    } else if (c == '\0') {
      return Taken.MALFORMED;
    } else {
      boolean itself = "\\'\"".indexOf(c) >= 0 || (c == '/' && escapes == Escapes.JSON);
      // Python keeps the backslash of an escape that it does not know.
      out.append(itself ? "" : "\\").append(c);
    }
    return Taken.YES;
  }

  // A joined line: in \r\n the line feed is still to come, also where lines may not end.
  private void skipLineFeed() {
    if (afterReturn) {
      inEscape = true;
      escape.setLength(0);
      escape.append('\r');
    }
  }

  private Taken octal(char c) {
    if (isOctal(c) && escape.length() < 3) {
      escape.append(c);
      return Taken.YES;
    }
    inEscape = false;
    out.append((char) Integer.parseInt(escape.toString(), 8));
    return append(c);
  }

  private Taken name(char c) {
    if (c != '}') {
      boolean allowed = escape.length() > 2 || c == '{';
      return allowed && escape.length() <= MAX_NAME ? Taken.YES : Taken.MALFORMED;
    }
    inEscape = false;
    try {
      out.appendCodePoint(Character.codePointOf(escape.substring(2, escape.length() - 1)));
      return Taken.YES;
    } catch (IllegalArgumentException _) {
      return Taken.MALFORMED;
    }
  }

  private Taken hex(char kind, char c) {
    if (kind == '\r') {
      inEscape = false;
      afterReturn = false;
      return c == '\n' ? Taken.YES : append(c);
    }
    if (c >= 128 || Character.digit(c, 16) < 0) {
      return Taken.MALFORMED;
    }
    int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    if (escape.length() <= digits) {
      return Taken.YES;
    }
    inEscape = false;
    long code = Long.parseLong(escape.substring(1), 16);
    if (code > Character.MAX_CODE_POINT) {
      return Taken.MALFORMED;
    }
    out.appendCodePoint((int) code);
    return Taken.YES;
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }
}
