package puna.chat.template.python;

import java.util.Locale;

/// A format specification of Python: `[[fill]align][sign][z][#][0][width][,_][.precision][type]`.
///
/// @param fill the code point that fills up to the width
/// @param align `<`, `>`, `^` or `=`
/// @param sign `+`, `-` or a blank; 0 where none is written
/// @param flags `z` and `#`, as far as they are written
/// @param grouping `,` or `_`; 0 for none
/// @param size width and precision
/// @param type the letter; 0 for none
record FormatSpec(
    int fill, char align, char sign, String flags, char grouping, Size size, char type) {
  /// More would make texts that no prompt has, out of a few characters.
  static final int MAX_WIDTH = 10_000;

  /// @param width the least number of characters, -1 for none
  /// @param precision -1 for none
  record Size(int width, int precision) {}

  /// What a kind of values takes by itself.
  ///
  /// @param align where values stand
  /// @param type the letter that none stands for
  record Defaults(char align, char type) {}

  /// @throws TemplateException when it breaks the rules
  static FormatSpec parse(String text, Defaults defaults) {
    return new Reader(text).spec(defaults);
  }

  boolean isAlternate() {
    return flags.contains("#");
  }

  /// The characters of a specification from first to last.
  private static final class Reader {
    private final int[] points;
    private int at;

    private Reader(String text) {
      this.points = text.codePoints().toArray();
    }

    private FormatSpec spec(Defaults defaults) {
      int fill = -1;
      char align = 0;
      if (isAlign(at + 1)) {
        fill = points[at];
        align = (char) points[at + 1];
        at += 2;
      } else if (isAlign(at)) {
        align = (char) points[at++];
      }
      char sign = take("+- ");
      String flags = (take("z") == 0 ? "" : "z") + (take("#") == 0 ? "" : "#");
      if (fill < 0 && take("0") != 0) {
        fill = '0';
        align = align == 0 && defaults.align() == '>' ? '=' : align;
      }
      int width = number();
      char grouping = grouping();
      int precision = -1;
      if (take(".") != 0) {
        precision = number();
        if (precision < 0) {
          throw new TemplateException("Format specifier missing precision");
        }
      }
      if (points.length - at > 1) {
        throw new TemplateException("Invalid format specifier");
      }
      char type = at < points.length ? (char) Math.min(points[at], 0xFFFF) : defaults.type();
      requireGroups(grouping, type);
      return new FormatSpec(
          fill < 0 ? ' ' : fill,
          align == 0 ? defaults.align() : align,
          sign,
          flags,
          grouping,
          new Size(width, precision),
          type);
    }

    private boolean isAlign(int index) {
      return index < points.length && "<>=^".indexOf(points[index]) >= 0;
    }

    private char take(String wanted) {
      return at < points.length && wanted.indexOf(points[at]) >= 0 ? (char) points[at++] : 0;
    }

    private int number() {
      int start = at;
      int number = 0;
      while (at < points.length
          && Character.getType(points[at]) == Character.DECIMAL_DIGIT_NUMBER) {
        number = Math.min(MAX_WIDTH + 1, number * 10 + Character.digit(points[at++], 10));
      }
      if (number > MAX_WIDTH) {
        throw new TemplateException("a width or precision must be 0 to " + MAX_WIDTH);
      }
      return at == start ? -1 : number;
    }

    private char grouping() {
      char first = take(",_");
      if (first != 0 && at < points.length && ",_".indexOf(points[at]) >= 0) {
        if (points[at] != first) {
          throw new TemplateException("Cannot specify both ',' and '_'.");
        }
        throw new TemplateException("Cannot specify '%c' twice.".formatted(first));
      }
      return first;
    }

    private static void requireGroups(char grouping, char type) {
      boolean isFine =
          grouping == 0
              || type == 0
              || "defgEG%F".indexOf(type) >= 0
              || grouping == '_' && "boxX".indexOf(type) >= 0;
      if (!isFine) {
        throw new TemplateException(
            String.format(Locale.ROOT, "Cannot specify '%c' with '%c'.", grouping, type));
      }
    }
  }
}
