package puna.chat.template;

import puna.chat.template.python.TemplateException;

/// The escapes of a string literal, which are Python's.
final class StringLiteral {
  private StringLiteral() {}

  /// @param literal what stands between the quotes
  static String decode(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder out = new StringBuilder(literal.length());
    int at = 0;
    while (at < literal.length()) {
      char c = literal.charAt(at++);
      if (c != '\\' || at == literal.length()) {
        out.append(c);
      } else {
        at = escape(literal, at, out);
      }
    }
    return out.toString();
  }

  /// @return the position behind the escape
  private static int escape(String literal, int at, StringBuilder out) {
    char c = literal.charAt(at);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000B');
      case 'x' -> {
        return hexadecimal(literal, at + 1, 2, out);
      }
      case 'u' -> {
        return hexadecimal(literal, at + 1, 4, out);
      }
      case 'U' -> {
        return hexadecimal(literal, at + 1, 8, out);
      }
      case 'N' -> {
        return named(literal, at + 1, out);
      }
      default -> {
        if (c >= '0' && c <= '7') {
          return octal(literal, at, out);
        }
        out.append('\\').append(c);
      }
    }
    return at + 1;
  }

  private static int named(String literal, int at, StringBuilder out) {
    int end = literal.indexOf('}', at);
    if (at >= literal.length() || literal.charAt(at) != '{' || end <= at + 1) {
      throw new TemplateException("malformed \\N character escape");
    }
    String name = literal.substring(at + 1, end);
    int point = CharacterNames.find(name);
    if (point < 0) {
      throw new TemplateException("there is no character named '" + name + "'");
    }
    out.appendCodePoint(point);
    return end + 1;
  }

  private static int hexadecimal(String literal, int at, int digits, StringBuilder out) {
    int end = at + digits;
    int point = 0;
    for (int i = at; i < end; i++) {
      int digit = i < literal.length() ? Character.digit(literal.charAt(i), 16) : -1;
      if (digit < 0 || literal.charAt(i) > 'f') {
        throw new TemplateException("a \\x, \\u or \\U escape has too few hexadecimal digits");
      }
      point = point << 4 | digit;
    }
    if (!Character.isValidCodePoint(point)) {
      throw new TemplateException("a \\U escape names no character");
    }
    out.appendCodePoint(point);
    return end;
  }

  private static int octal(String literal, int at, StringBuilder out) {
    int end = at;
    int point = 0;
    while (end < literal.length()
        && end < at + 3
        && literal.charAt(end) >= '0'
        && literal.charAt(end) <= '7') {
      point = point * 8 + literal.charAt(end++) - '0';
    }
    out.append((char) point);
    return end;
  }
}
