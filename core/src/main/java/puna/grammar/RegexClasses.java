package puna.grammar;

import java.util.Optional;
import puna.grammar.Rule.CharacterSet;

/// The part of a regular expression that stands for one character: escapes and bracketed classes.
final class RegexClasses {
  private static final int NO_SINGLE = -1;

  private final RegexScanner in;

  RegexClasses(RegexScanner in) {
    this.in = in;
  }

  /// `.`: anything but the end of a line.
  static CodePoints dot() {
    return new CodePoints().add('\n').add('\r').add(0x2028, 0x2029).complement();
  }

  /// What `\w` stands for.
  static CodePoints word() {
    return new CodePoints().add('a', 'z').add('A', 'Z').add('0', '9').add('_');
  }

  /// An escape outside brackets.
  Rule escape() {
    int start = in.position();
    in.next();
    if (in.atEnd()) {
      throw in.error(start, "a lone backslash at the end");
    }
    int c = in.peek();
    if (c >= '1' && c <= '9') {
      throw in.error(start, "backreferences are not supported");
    }
    if (c == 'k') {
      throw in.error(start, "backreferences are not supported");
    }
    Optional<CodePoints> set = classEscape(start);
    return set.isPresent() ? set.get().toSet() : RegexParser.literalOf(characterEscape(start));
  }

  /// A class in brackets.
  CharacterSet bracketed() {
    int start = in.position();
    in.next();
    boolean negated = in.take('^');
    CodePoints set = new CodePoints();
    while (!in.take(']')) {
      if (in.atEnd()) {
        throw in.error(start, "the class is not closed");
      }
      member(set);
    }
    return (negated ? set.complement() : set).toSet();
  }

  private void member(CodePoints set) {
    int start = in.position();
    int first = single(set);
    int dash = in.position();
    if (!in.take('-')) {
      addSingle(set, first);
      return;
    }
    if (in.at(']') || in.atEnd()) {
      addSingle(set, first);
      in.back(dash);
      set.add(in.next());
      return;
    }
    if (first == NO_SINGLE) { // browsers and Python read the dash behind a set as itself
      set.add('-');
      return;
    }
    int last = single(set);
    if (last == NO_SINGLE) {
      addSingle(set, first);
      set.add('-');
      return;
    }
    if (last < first) {
      throw in.error(start, "a range's ends are out of order");
    }
    set.add(first, last);
  }

  private static void addSingle(CodePoints set, int codePoint) {
    if (codePoint != NO_SINGLE) {
      set.add(codePoint);
    }
  }

  /// One character of a class, or `NO_SINGLE` after adding the set that stands there.
  private int single(CodePoints set) {
    int start = in.position();
    int c = in.next();
    if (c == '[' && in.at(':')) {
      throw in.error(
          start, "classes as [:alpha:] are of POSIX and mean something else here: write a-z");
    }
    if (c != '\\') {
      return c;
    }
    if (in.atEnd()) {
      throw in.error(start, "a lone backslash at the end");
    }
    if (in.take('b')) {
      return '\b';
    }
    Optional<CodePoints> named = classEscape(start);
    if (named.isPresent()) {
      set.addAll(named.get());
      return NO_SINGLE;
    }
    return characterEscape(start);
  }

  /// The set that the letter after a backslash names; nothing is read where it names none.
  private Optional<CodePoints> classEscape(int start) {
    int c = in.peek();
    CodePoints set =
        switch (c) {
          case 'd', 'D' -> new CodePoints().add('0', '9');
          case 'w', 'W' -> word();
          case 'h', 'H' ->
              new CodePoints()
                  .add('\t')
                  .add(' ')
                  .add(0xA0)
                  .add(0x1680)
                  .add(0x180E)
                  .add(0x2000, 0x200A)
                  .add(0x202F)
                  .add(0x205F)
                  .add(0x3000);
          case 's', 'S' -> whiteSpace();
          case 'p', 'P' -> property(start);
          default -> null;
        };
    if (set == null) {
      return Optional.empty();
    }
    if (c != 'p' && c != 'P') {
      in.next();
    }
    return Optional.of(Character.isUpperCase(c) ? set.complement() : set);
  }

  private static CodePoints whiteSpace() {
    return new CodePoints()
        .add('\t', '\r')
        .add(' ')
        .add(0xA0)
        .add(0x1680)
        .add(0x2000, 0x200A)
        .add(0x2028, 0x2029)
        .add(0x202F)
        .add(0x205F)
        .add(0x3000)
        .add(0xFEFF);
  }

  private CodePoints property(int start) {
    in.next();
    String name =
        in.at('{') || in.atEnd() ? in.braced() : Character.toString(in.next()); // \pL as PCRE
    return UnicodeProperty.named(name)
        .orElseThrow(() -> in.error(start, "the property \\p{%s} is not known".formatted(name)));
  }

  private int characterEscape(int start) {
    int c = in.next();
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case '0' -> nul(start);
      case 'c' -> control(start);
      case 'x' -> in.at('{') ? braced(start) : hex(start, 2);
      case 'u' -> unicode(start);
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw in.error(start, "the escape \\%c is not known".formatted(c));
        }
        yield c;
      }
    };
  }

  private int nul(int start) {
    if (!in.atEnd() && in.peek() >= '0' && in.peek() <= '9') {
      throw in.error(start, "octal escapes are not supported");
    }
    return 0;
  }

  private int control(int start) {
    int letter = in.atEnd() ? 0 : in.next();
    if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))) {
      throw in.error(start, "\\c needs a letter");
    }
    return letter % 32;
  }

  private int hex(int start, int digits) {
    int value = in.hex(digits);
    if (value < 0) {
      throw in.error(start, "the escape needs %s hexadecimal digits".formatted(digits));
    }
    return value;
  }

  private int braced(int start) {
    String digits = in.braced();
    if (!digits.matches("0*[0-9a-fA-F]{1,6}")) {
      throw in.error(start, "\\u{…} needs hexadecimal digits up to 10FFFF");
    }
    int value = Integer.parseInt(digits.replaceFirst("^0+(?=.)", ""), 16);
    if (value > Character.MAX_CODE_POINT) {
      throw in.error(start, "\\u{…} needs hexadecimal digits up to 10FFFF");
    }
    return value;
  }

  private int unicode(int start) {
    if (in.at('{')) {
      return braced(start);
    }
    int value = hex(start, 4);
    int after = in.position();
    if (Character.isHighSurrogate((char) value) && in.take('\\') && in.take('u')) {
      int low = in.hex(4);
      if (low >= 0 && Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) value, (char) low);
      }
    }
    in.back(after);
    return value;
  }
}
