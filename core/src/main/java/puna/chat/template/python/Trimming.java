package puna.chat.template.python;

import java.util.function.IntPredicate;

/// Python's `strip`, `lstrip` and `rstrip`.
public final class Trimming {
  private Trimming() {}

  public enum Side {
    LEFT,
    RIGHT,
    BOTH
  }

  public static Text strip(Text text, Arguments arguments, Side side) {
    Value set = arguments.bindPositional("strip", "chars").orNone(0);
    return strip(text, set, side);
  }

  /// @param set the characters to take away, or None for white space
  public static Text strip(Text text, Value set, Side side) {
    if (set == Value.None.NONE) {
      return strip(text, Trimming::isSpace, side);
    }
    if (!(set instanceof Text characters)) {
      throw new TemplateException("strip arg must be None or str, found " + Types.name(set));
    }
    String members = characters.toString();
    return strip(text, point -> members.indexOf(point) >= 0, side);
  }

  public static Text strip(Text text, IntPredicate taken, Side side) {
    String chars = text.toString();
    int from = 0;
    int to = chars.length();
    if (side != Side.RIGHT) {
      while (from < to && taken.test(chars.codePointAt(from))) {
        from += Character.charCount(chars.codePointAt(from));
      }
    }
    if (side != Side.LEFT) {
      while (to > from && taken.test(chars.codePointBefore(to))) {
        to -= Character.charCount(chars.codePointBefore(to));
      }
    }
    return text.slice(from, to);
  }

  /// What `str.isspace` says: unlike Java's, also for no-break spaces and U+0085.
  public static boolean isSpace(int point) {
    return Character.isWhitespace(point)
        || point == 0x85
        || point == 0xA0
        || point == 0x2007
        || point == 0x202F;
  }
}
