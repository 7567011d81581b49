package puna.grammar;

import puna.error.GrammarException;
import puna.grammar.Rule.Repeat;

/// A regular expression's characters, read one after the other.
final class RegexScanner {
  private static final int[] NONE = {};
  private static final int NO_NUMBER = -2;

  private final String pattern;
  private int at;

  RegexScanner(String pattern) {
    this.pattern = pattern;
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at >= pattern.length();
  }

  boolean at(char c) {
    return at < pattern.length() && pattern.charAt(at) == c;
  }

  boolean take(char c) {
    boolean found = at(c);
    if (found) {
      at++;
    }
    return found;
  }

  char charAt(int index) {
    return pattern.charAt(index);
  }

  int peek() {
    return pattern.codePointAt(at);
  }

  int next() {
    if (atEnd()) {
      throw error("unexpected end");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  /// The text up to the closing brace, which is read too.
  String braced() {
    int start = at;
    if (!take('{')) {
      throw error("expected '{'");
    }
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      throw error(start, "the brace is not closed");
    }
    String inside = pattern.substring(at, end);
    at = end + 1;
    return inside;
  }

  /// The value of exactly `digits` hexadecimal digits, or -1 where there are none: then nothing is
  /// read.
  int hex(int digits) {
    if (at + digits > pattern.length()) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      char c = pattern.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    at += digits;
    return value;
  }

  void back(int position) {
    at = position;
  }

  /// True before `{m}`, `{m,}` or `{m,n}`.
  boolean startsQuantifier() {
    int before = at;
    boolean found = at('{') && braces().length > 0;
    at = before;
    return found;
  }

  /// Reads a quantifier, without the mark of laziness: minimum and maximum, or nothing.
  int[] quantifier() {
    if (take('*')) {
      return new int[] {0, Repeat.UNBOUNDED};
    }
    if (take('+')) {
      return new int[] {1, Repeat.UNBOUNDED};
    }
    if (take('?')) {
      return new int[] {0, 1};
    }
    return at('{') ? braces() : NONE;
  }

  private int[] braces() {
    int start = at;
    at++;
    int minimum = number();
    int maximum = minimum;
    if (minimum >= 0 && take(',')) {
      maximum = at('}') ? Repeat.UNBOUNDED : number();
      minimum = maximum == NO_NUMBER ? NO_NUMBER : minimum;
    }
    if (minimum < 0 || !take('}')) {
      at = start;
      return NONE;
    }
    return new int[] {minimum, maximum};
  }

  private int number() {
    int start = at;
    long value = 0;
    while (!atEnd() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
      value = Math.min(value * 10 + pattern.charAt(at) - '0', Integer.MAX_VALUE);
      at++;
    }
    return at == start ? NO_NUMBER : (int) value;
  }

  GrammarException error(String what) {
    return error(at, what);
  }

  GrammarException error(int position, String what) {
    return new GrammarException(
        "regular expression, character %s: %s, in %s".formatted(position + 1, what, shown()));
  }

  private String shown() {
    return pattern.length() <= 200 ? pattern : pattern.substring(0, 200) + "…";
  }
}
