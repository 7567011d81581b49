package puna.chat.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.template.Token.Kind;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Trimming;

/// Source text to tokens, with the white space rules of chat templates: `trim_blocks` takes the
/// first line break behind a block or comment, `lstrip_blocks` the blanks before one at the start
/// of a line, and `-` or `+` at a tag overrules both.
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{[%{#]");
  private static final Pattern RAW_BEGIN =
      Pattern.compile("(?U)\\{%([-+]?)\\s*raw\\s*(-%\\}\\s*|%\\})");
  private static final Pattern RAW_END =
      Pattern.compile("(?U)\\{%([-+]?)\\s*endraw\\s*(\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern COMMENT_END = Pattern.compile("(?U)(\\+#\\}|-#\\}\\s*|#\\}\\n?)");
  private static final Pattern BLOCK_END = Pattern.compile("(?U)(\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern PRINT_END = Pattern.compile("(?U)(-\\}\\}\\s*|\\}\\})");
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*\\d+((\\.(\\d+_)*\\d+)?[eE][+\\-]?(\\d+_)*\\d+|\\.(\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](_?[0-1])+|0[oO](_?[0-7])+|0[xX](_?[\\da-fA-F])+|[1-9](_?\\d)*|0(_?0)*");
  private static final Pattern NAME =
      Pattern.compile("[\\w&&[^\\d]]\\w*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|>=|<=|[-+*/%~<>=.:|,;(){}\\[\\]]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private boolean isLineStart = true;

  private Lexer(String source) {
    this.source = source;
  }

  /// @param source with `\n` as its only line break
  static List<Token> tokenize(String source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher tag = TAG.matcher(source);
    while (position < source.length()) {
      if (!tag.find(position)) {
        add(Kind.DATA, source.substring(position), position);
        position = source.length();
      } else if (tag.group().equals("{#")) {
        comment(tag.start());
      } else if (tag.group().equals("{{")) {
        print(tag.start());
      } else if (!raw(tag.start())) {
        block(tag.start());
      }
    }
    add(Kind.END, "", source.length());
  }

  private void comment(int start) {
    char sign = sign(start + 2);
    text(start, sign);
    Matcher end = matcher(COMMENT_END, start + (sign == ' ' ? 2 : 3));
    if (!end.find()) {
      throw failure("a comment that begins here has no end", start);
    }
    goTo(end.end());
  }

  private void print(int start) {
    char sign = sign(start + 2);
    // lstrip_blocks leaves the blanks before {{ alone
    text(start, sign == '-' ? '-' : '+');
    add(Kind.PRINT_BEGIN, "", start);
    position = start + (sign == ' ' ? 2 : 3);
    inside(PRINT_END, Kind.PRINT_END, start);
  }

  private void block(int start) {
    char sign = sign(start + 2);
    text(start, sign);
    add(Kind.BLOCK_BEGIN, "", start);
    position = start + (sign == ' ' ? 2 : 3);
    inside(BLOCK_END, Kind.BLOCK_END, start);
  }

  private boolean raw(int start) {
    Matcher begin = matcher(RAW_BEGIN, start);
    if (!begin.lookingAt()) {
      return false;
    }
    text(start, signOf(begin.group(1)));
    goTo(begin.end());
    Matcher end = matcher(RAW_END, position);
    if (!end.find()) {
      throw failure("a raw block that begins here has no end", start);
    }
    text(end.start(), signOf(end.group(1)));
    goTo(end.end());
    return true;
  }

  private char sign(int at) {
    return at < source.length() && "-+".indexOf(source.charAt(at)) >= 0 ? source.charAt(at) : ' ';
  }

  private static char signOf(String group) {
    return group.isEmpty() ? ' ' : group.charAt(0);
  }

  /// The text before a tag.
  ///
  /// @param sign `-` takes all white space at its end, `+` none, a blank what `lstrip_blocks` does
  private void text(int end, char sign) {
    int stop = end;
    if (sign == '-') {
      while (stop > position && Trimming.isSpace(source.charAt(stop - 1))) {
        stop--;
      }
    } else if (sign == ' ') {
      // only this text is searched: from the whole source, many tags would take quadratic time
      int lineBreak = source.substring(position, end).lastIndexOf('\n');
      int line = position + lineBreak + 1;
      boolean startsLine = lineBreak >= 0 || isLineStart;
      if (startsLine && matcher(SPACE, line).region(line, end).matches()) {
        stop = line;
      }
    }
    if (stop > position) {
      add(Kind.DATA, source.substring(position, stop), position);
    }
  }

  private void goTo(int end) {
    isLineStart = source.charAt(end - 1) == '\n';
    position = end;
  }

  private void inside(Pattern ending, Kind endKind, int start) {
    Deque<Character> open = new ArrayDeque<>();
    while (position < source.length()) {
      Matcher end = matcher(ending, position);
      if (open.isEmpty() && end.lookingAt()) {
        add(endKind, "", position);
        goTo(end.end());
        return;
      }
      Matcher space = matcher(SPACE, position);
      if (space.lookingAt()) {
        position = space.end();
      } else {
        token(open);
      }
    }
    throw failure("a tag that begins here has no end", start);
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(position);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (!match(FLOAT, Kind.FLOAT)
        && !match(INTEGER, Kind.INTEGER)
        && !match(NAME, Kind.NAME)) {
      if (!match(OPERATOR, Kind.OPERATOR)) {
        throw failure(
            "unexpected character '" + Character.toString(source.codePointAt(position)) + "'",
            position);
      }
      balance(open, c);
    }
  }

  private void balance(Deque<Character> open, char c) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw failure("unexpected '" + c + "'", position - 1);
        }
      }
      default -> {}
    }
  }

  private boolean match(Pattern pattern, Kind kind) {
    Matcher matcher = matcher(pattern, position);
    if (!matcher.lookingAt()) {
      return false;
    }
    add(kind, matcher.group(), position);
    position = matcher.end();
    return true;
  }

  private void string(char quote) {
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw failure("a string that begins here has no end", position);
    }
    try {
      add(Kind.STRING, StringLiteral.decode(source.substring(position + 1, end)), position);
    } catch (TemplateException e) {
      throw e.at(source, position);
    }
    position = end + 1;
  }

  private Matcher matcher(Pattern pattern, int from) {
    return pattern.matcher(source).region(from, source.length()).useTransparentBounds(true);
  }

  private void add(Kind kind, String text, int offset) {
    tokens.add(new Token(kind, text, offset));
  }

  private TemplateException failure(String message, int offset) {
    return new TemplateException(message).at(source, offset);
  }
}
