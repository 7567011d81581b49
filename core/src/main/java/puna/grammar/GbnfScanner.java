package puna.grammar;

import puna.error.GrammarException;

/// A GBNF text's characters, read one after the other.
final class GbnfScanner {
  static final int END = -1;

  private final String text;
  private int at;

  GbnfScanner(String text) {
    this.text = text;
  }

  int position() {
    return at;
  }

  /// The character here, or `END`.
  int peek() {
    return at < text.length() ? text.codePointAt(at) : END;
  }

  boolean at(String wanted) {
    return text.startsWith(wanted, at);
  }

  boolean take(String wanted) {
    boolean found = at(wanted);
    if (found) {
      at += wanted.length();
    }
    return found;
  }

  int next() {
    int c = peek();
    if (c == END) {
      throw error("unexpected end of the grammar");
    }
    at += Character.charCount(c);
    return c;
  }

  String since(int start) {
    return text.substring(start, at);
  }

  /// Skips spaces and comments within the line.
  void skipSpace() {
    while (true) {
      int c = peek();
      if (c == '#') {
        while (peek() != END && peek() != '\n' && peek() != '\r') {
          next();
        }
      } else if (c == ' ' || c == '\t') {
        at++;
      } else {
        return;
      }
    }
  }

  /// Skips spaces, comments and ends of lines.
  void skipLines() {
    skipSpace();
    while (peek() == '\n' || peek() == '\r') {
      at++;
      skipSpace();
    }
  }

  /// A rule's name; it may not be empty.
  String name() {
    int start = at;
    while (isNameCharacter(peek())) {
      at++;
    }
    if (at == start) {
      throw error("expected the name of a rule");
    }
    return since(start);
  }

  static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  boolean atDigit() {
    return peek() >= '0' && peek() <= '9';
  }

  /// A decimal number that may not exceed `largest`.
  int number(int largest) {
    int start = at;
    long value = 0;
    while (atDigit()) {
      value = Math.min(value * 10 + next() - '0', Integer.MAX_VALUE);
    }
    if (at == start) {
      throw error("expected a number");
    }
    if (value > largest) {
      throw error(start, "a number may be at most %s here".formatted(largest));
    }
    return (int) value;
  }

  /// One character of a literal or class, where a backslash escapes. It may be no scalar value:
  /// above U+10FFFF or a surrogate.
  long character() {
    int start = at;
    int c = next();
    if (c != '\\') {
      return c;
    }
    int escape = next();
    return switch (escape) {
      case 'x' -> hex(start, 2);
      case 'u' -> hex(start, 4);
      case 'U' -> hex(start, 8);
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'n' -> '\n';
      case '\\', '"', '[', ']', '-' -> escape;
      default ->
          throw error(start, "the escape \\%s is not known".formatted(Character.toString(escape)));
    };
  }

  private long hex(int start, int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int c = peek();
      int digit = c >= 0 && c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw error(start, "the escape needs %s hexadecimal digits".formatted(digits));
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }

  GrammarException error(String what) {
    return error(at, what);
  }

  GrammarException error(int position, String what) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < position; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = text.codePointCount(lineStart, position) + 1;
    return new GrammarException(
        "grammar, line %s, column %s: %s, found %s".formatted(line, column, what, found(position)));
  }

  /// The line that a position is in, from 1.
  int line(int position) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }

  private String found(int position) {
    if (position >= text.length()) {
      return "the end";
    }
    int end = Math.min(text.length(), position + 20);
    int newline = text.indexOf('\n', position);
    return switch (newline) {
      case -1 -> text.substring(position, end);
      default ->
          newline == position ? "the line's end" : text.substring(position, Math.min(end, newline));
    };
  }
}
