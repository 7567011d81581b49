package puna.chat.template.python;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Python's `isalpha` and its kin.
public final class CharacterClasses {
  public static final Map<String, Predicate<String>> ALL = all();

  /// First and last of each row.
  private static final int[] DIGITS = {
    0xB2, 0xB3, 0xB9, 0xB9, 0x1369, 0x1371, 0x19DA, 0x19DA, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080,
    0x2089, 0x2460, 0x2468, 0x2474, 0x247C, 0x2488, 0x2490, 0x24EA, 0x24EA, 0x24F5, 0x24FD, 0x24FF,
    0x24FF, 0x2776, 0x277E, 0x2780, 0x2788, 0x278A, 0x2792, 0x10A40, 0x10A43, 0x10E60, 0x10E68,
    0x11052, 0x1105A, 0x1F100, 0x1F10A
  };

  /// Ideographs that are numbers.
  private static final String NUMERALS =
      "\u3405\u3483\u382a\u3b4d\u4e00\u4e03\u4e07\u4e09\u4e5d\u4e8c\u4e94\u4e96\u4ebf\u4ec0"
          + "\u4edf\u4ee8\u4f0d\u4f70\u5104\u5146\u5169\u516b\u516d\u5341\u5343\u5344\u5345\u534c"
          + "\u53c1\u53c2\u53c3\u53c4\u56db\u58f1\u58f9\u5e7a\u5efe\u5eff\u5f0c\u5f0d\u5f0e\u5f10"
          + "\u62fe\u634c\u67d2\u6f06\u7396\u767e\u8086\u842c\u8cae\u8cb3\u8d30\u9621\u9646\u964c"
          + "\u9678\u96f6\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\ud840\udc01\ud840\udc64\ud840"
          + "\udce2\ud840\udd21\ud842\udd2a\ud842\udd83\ud842\udd8c\ud842\udd9c\ud842\udeea\ud842"
          + "\udefd\ud842\udf19\ud848\udf90\ud84a\udd98\ud84e\udf1b\ud858\ude6d\ud87e\udc90";

  /// What may stand in Java's identifiers and, because they change when normalized, in no other.
  private static final String UNSTABLE =
      "\u037a\u0e33\u0eb3\u2e2f\u309b\u309c\ufc5e\ufc5f\ufc60\ufc61\ufc62\ufc63\ufdfa"
          + "\ufdfb\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e\uff9e\uff9f";

  private CharacterClasses() {}

  private static Map<String, Predicate<String>> all() {
    Map<String, Predicate<String>> tests = new HashMap<>();
    tests.put("isalpha", every(CharacterClasses::isLetter));
    tests.put("isdecimal", every(CharacterClasses::isDecimal));
    tests.put("isdigit", every(CharacterClasses::isDigit));
    tests.put("isnumeric", every(CharacterClasses::isNumeric));
    tests.put("isalnum", every(CharacterClasses::isAlphanumeric));
    tests.put("isspace", every(Trimming::isSpace));
    tests.put("isascii", chars -> chars.chars().allMatch(c -> c < 0x80));
    tests.put("isprintable", chars -> chars.codePoints().allMatch(Printing::isPrintable));
    tests.put("isupper", CharacterClasses::isUpper);
    tests.put("islower", CharacterClasses::isLower);
    tests.put("istitle", CharacterClasses::isTitle);
    tests.put("isidentifier", CharacterClasses::isIdentifier);
    return Map.copyOf(tests);
  }

  private static Predicate<String> every(IntPredicate test) {
    return chars -> !chars.isEmpty() && chars.codePoints().allMatch(test);
  }

  static boolean isLetter(int point) {
    return Character.isLetter(point);
  }

  public static boolean isAlphanumeric(int point) {
    return isLetter(point) || isNumeric(point);
  }

  public static boolean isDecimal(int point) {
    return Character.getType(point) == Character.DECIMAL_DIGIT_NUMBER;
  }

  public static boolean isDigit(int point) {
    return isDecimal(point) || isSingleDigit(point);
  }

  /// Digits that are no decimals: Java does not tell them from other numbers.
  private static boolean isSingleDigit(int point) {
    for (int i = 0; i < DIGITS.length; i += 2) {
      if (point >= DIGITS[i] && point <= DIGITS[i + 1]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumeric(int point) {
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> NUMERALS.indexOf(point) >= 0;
    };
  }

  public static boolean isUpper(String chars) {
    return chars.codePoints().anyMatch(Character::isUpperCase)
        && chars.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  public static boolean isLower(String chars) {
    return chars.codePoints().anyMatch(Character::isLowerCase)
        && chars.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  static boolean isCased(int point) {
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
    if (chars.isEmpty() || chars.chars().anyMatch(c -> UNSTABLE.indexOf(c) >= 0)) {
      return false;
    }
    int first = chars.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && chars
            .codePoints()
            .skip(1)
            .allMatch(point -> point == '_' || Character.isUnicodeIdentifierPart(point));
  }
}
