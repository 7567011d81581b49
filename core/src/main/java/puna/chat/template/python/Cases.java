package puna.chat.template.python;

import java.util.Locale;

/// Python's changes of the case of letters, where Java's differ.
public final class Cases {
  private static final int SIGMA = 0x3A3;

  private Cases() {}

  /// `str.title()`: the first letter of each run of letters large, the others small.
  public static String title(String chars) {
    StringBuilder out = new StringBuilder(chars.length());
    boolean isInside = false;
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      out.append(isInside ? small(chars, at) : titleCase(point));
      isInside = CharacterClasses.isCased(point);
      at += Character.charCount(point);
    }
    return out.toString();
  }

  /// `str.capitalize()`.
  public static String capitalize(String chars) {
    StringBuilder out = new StringBuilder(chars.length());
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      out.append(at == 0 ? titleCase(point) : small(chars, at));
      at += Character.charCount(point);
    }
    return out.toString();
  }

  /// `str.swapcase()`.
  public static String swap(String chars) {
    StringBuilder out = new StringBuilder(chars.length());
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      if (Character.isUpperCase(point)) {
        out.append(small(chars, at));
      } else if (Character.isLowerCase(point)) {
        out.append(Character.toString(point).toUpperCase(Locale.ROOT));
      } else {
        out.appendCodePoint(point);
      }
      at += Character.charCount(point);
    }
    return out.toString();
  }

  private static String titleCase(int point) {
    int title = Character.toTitleCase(point);
    if (Character.isTitleCase(title)) {
      return Character.toString(title);
    }
    // letters such as ß have a title case of several characters, which Java gives as upper case
    String upper = Character.toString(point).toUpperCase(Locale.ROOT);
    if (upper.codePointCount(0, upper.length()) > 1) {
      int first = upper.codePointAt(0);
      String rest = upper.substring(Character.charCount(first));
      boolean isCased =
          CharacterClasses.isCased(first) && Character.getType(first) != Character.MODIFIER_LETTER;
      String small = isCased ? rest.toLowerCase(Locale.ROOT) : rest;
      boolean isExtendedGreek = point >= 0x1F80 && point <= 0x1FFF;
      return Character.toString(first) + (isExtendedGreek ? small.replace('ι', '\u0345') : small);
    }
    return Character.toString(title);
  }

  /// The small letter of the one at a place, where a sigma at the end of a word is another.
  private static String small(String chars, int at) {
    int point = chars.codePointAt(at);
    if (point == SIGMA) {
      return isFinal(chars, at) ? "ς" : "σ";
    }
    return Character.toString(point).toLowerCase(Locale.ROOT);
  }

  private static boolean isFinal(String chars, int at) {
    int before = at;
    while (before > 0 && isIgnorable(chars.codePointBefore(before))) {
      before -= Character.charCount(chars.codePointBefore(before));
    }
    int after = at + 1;
    while (after < chars.length() && isIgnorable(chars.codePointAt(after))) {
      after += Character.charCount(chars.codePointAt(after));
    }
    return before > 0
        && CharacterClasses.isCased(chars.codePointBefore(before))
        && !(after < chars.length() && CharacterClasses.isCased(chars.codePointAt(after)));
  }

  /// What does not part letters of one word.
  private static boolean isIgnorable(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> "'.:\u00b7\u2018\u2019\u2024\u2027".indexOf(point) >= 0;
    };
  }

  /// `str.casefold()`: Unicode's full case folding, which Java does not have. The small letter of a
  /// letter's capital form is its folding, but for a few.
  public static String fold(String chars) {
    StringBuilder out = new StringBuilder(chars.length());
    chars.codePoints().forEach(point -> fold(point, out));
    return out.toString();
  }

  private static void fold(int point, StringBuilder out) {
    boolean isCherokee = point >= 0x13A0 && point <= 0x13F5;
    boolean isSmallCherokee =
        point >= 0x13F8 && point <= 0x13FD || point >= 0xAB70 && point <= 0xABBF;
    if (isCherokee || point == 0x131) {
      out.appendCodePoint(point);
    } else if (isSmallCherokee) {
      out.appendCodePoint(Character.toUpperCase(point));
    } else if (point == 0x130) {
      out.append("i\u0307");
    } else {
      // each by itself: a capital sigma at an end is no other letter in folding
      Character.toString(Character.toLowerCase(point))
          .toUpperCase(Locale.ROOT)
          .codePoints()
          .forEach(capital -> out.appendCodePoint(Character.toLowerCase(capital)));
    }
  }
}
