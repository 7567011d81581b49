package puna.chat.template;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Python's `isalpha` and its kin, and the cases of letters.
final class CharacterTests {
  static final Map<String, Predicate<String>> ALL = all();

  private CharacterTests() {}

  private static Map<String, Predicate<String>> all() {
    Map<String, Predicate<String>> tests = new HashMap<>();
    tests.put("isalpha", every(CharacterTests::isLetter));
    tests.put("isdecimal", every(CharacterTests::isDecimal));
    tests.put("isdigit", every(CharacterTests::isDigit));
    tests.put("isnumeric", every(CharacterTests::isNumeric));
    tests.put("isalnum", every(point -> isLetter(point) || isNumeric(point)));
    tests.put("isspace", every(Trimming::isSpace));
    tests.put("isascii", chars -> chars.chars().allMatch(c -> c < 0x80));
    tests.put("isprintable", chars -> chars.codePoints().allMatch(Printing::isPrintable));
    tests.put("isupper", CharacterTests::isUpper);
    tests.put("islower", CharacterTests::isLower);
    tests.put("istitle", CharacterTests::isTitle);
    tests.put("isidentifier", CharacterTests::isIdentifier);
    return Map.copyOf(tests);
  }

  private static Predicate<String> every(IntPredicate test) {
    return chars -> !chars.isEmpty() && chars.codePoints().allMatch(test);
  }

  static boolean isLetter(int point) {
    return Character.isLetter(point);
  }

  private static boolean isDecimal(int point) {
    return Character.getType(point) == Character.DECIMAL_DIGIT_NUMBER;
  }

  private static boolean isDigit(int point) {
    return isDecimal(point)
        || point == 0xB2
        || point == 0xB3
        || point == 0xB9
        || point >= 0x2070 && point <= 0x2089 && Character.isDefined(point);
  }

  private static boolean isNumeric(int point) {
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> "〇一二三四五六七八九十百千万億兆".indexOf(point) >= 0;
    };
  }

  static boolean isUpper(String chars) {
    return chars.codePoints().anyMatch(Character::isUpperCase)
        && chars.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  static boolean isLower(String chars) {
    return chars.codePoints().anyMatch(Character::isLowerCase)
        && chars.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  private static boolean isCased(int point) {
    return Character.isUpperCase(point)
        || Character.isLowerCase(point)
        || Character.isTitleCase(point);
  }

  private static boolean isTitle(String chars) {
    boolean hasCased = false;
    boolean isInside = false;
    for (int point : chars.codePoints().toArray()) {
      boolean isSmall = Character.isLowerCase(point);
      if (isCased(point)) {
        if (isSmall != isInside) {
          return false;
        }
        hasCased = true;
      }
      isInside = isCased(point);
    }
    return hasCased;
  }

  private static boolean isIdentifier(String chars) {
    if (chars.isEmpty()) {
      return false;
    }
    int first = chars.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && chars
            .codePoints()
            .skip(1)
            .allMatch(point -> point == '_' || Character.isUnicodeIdentifierPart(point));
  }

  /// `str.title()`: the first letter of each run of letters large, the others small.
  static String title(String chars) {
    StringBuilder out = new StringBuilder();
    boolean isInside = false;
    for (int point : chars.codePoints().toArray()) {
      out.append(isInside ? Character.toString(point).toLowerCase(Locale.ROOT) : titleCase(point));
      isInside = isCased(point);
    }
    return out.toString();
  }

  static String titleCase(int point) {
    // letters such as ß have a title case of several characters, which Java gives as upper case
    String upper = Character.toString(point).toUpperCase(Locale.ROOT);
    if (upper.codePointCount(0, upper.length()) > 1) {
      int first = Character.charCount(upper.codePointAt(0));
      return upper.substring(0, first) + upper.substring(first).toLowerCase(Locale.ROOT);
    }
    return Character.toString(Character.toTitleCase(point));
  }

  static String swap(String chars) {
    StringBuilder out = new StringBuilder();
    for (int point : chars.codePoints().toArray()) {
      String one = Character.toString(point);
      out.append(
          Character.isUpperCase(point)
              ? one.toLowerCase(Locale.ROOT)
              : one.toUpperCase(Locale.ROOT));
    }
    return out.toString();
  }
}
