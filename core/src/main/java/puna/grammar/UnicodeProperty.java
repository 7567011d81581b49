package puna.grammar;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/// The properties that `\p{…}` may name: general categories, scripts and the usual binary ones, of
/// the Unicode version of the runtime.
final class UnicodeProperty {
  private static final Map<String, IntPredicate> BINARY =
      Map.ofEntries(
          Map.entry("Any", c -> true),
          Map.entry("ASCII", c -> c < 0x80),
          Map.entry("Assigned", c -> Character.getType(c) != Character.UNASSIGNED),
          Map.entry("Alphabetic", Character::isAlphabetic),
          Map.entry("Alpha", Character::isAlphabetic),
          Map.entry("Lowercase", Character::isLowerCase),
          Map.entry("Uppercase", Character::isUpperCase),
          Map.entry("Ideographic", Character::isIdeographic),
          Map.entry("White_Space", UnicodeProperty::isWhiteSpace),
          Map.entry("space", UnicodeProperty::isWhiteSpace),
          Map.entry("ASCII_Hex_Digit", c -> c < 0x80 && Character.digit(c, 16) >= 0),
          Map.entry("AHex", c -> c < 0x80 && Character.digit(c, 16) >= 0),
          Map.entry("ID_Start", Character::isUnicodeIdentifierStart),
          Map.entry("IDS", Character::isUnicodeIdentifierStart),
          Map.entry(
              "ID_Continue",
              c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c)),
          Map.entry("Emoji", Character::isEmoji),
          Map.entry("Emoji_Presentation", Character::isEmojiPresentation),
          Map.entry("Emoji_Modifier", Character::isEmojiModifier),
          Map.entry("Emoji_Modifier_Base", Character::isEmojiModifierBase),
          Map.entry("Emoji_Component", Character::isEmojiComponent),
          Map.entry("Extended_Pictographic", Character::isExtendedPictographic));

  /// Short name, long name and types of each general category.
  private static final List<Category> CATEGORIES =
      List.of(
          new Category("Lu", "Uppercase_Letter", 1 << Character.UPPERCASE_LETTER),
          new Category("Ll", "Lowercase_Letter", 1 << Character.LOWERCASE_LETTER),
          new Category("Lt", "Titlecase_Letter", 1 << Character.TITLECASE_LETTER),
          new Category("Lm", "Modifier_Letter", 1 << Character.MODIFIER_LETTER),
          new Category("Lo", "Other_Letter", 1 << Character.OTHER_LETTER),
          new Category("Mn", "Nonspacing_Mark", 1 << Character.NON_SPACING_MARK),
          new Category("Me", "Enclosing_Mark", 1 << Character.ENCLOSING_MARK),
          new Category("Mc", "Spacing_Mark", 1 << Character.COMBINING_SPACING_MARK),
          new Category("Nd", "Decimal_Number", 1 << Character.DECIMAL_DIGIT_NUMBER),
          new Category("Nl", "Letter_Number", 1 << Character.LETTER_NUMBER),
          new Category("No", "Other_Number", 1 << Character.OTHER_NUMBER),
          new Category("Zs", "Space_Separator", 1 << Character.SPACE_SEPARATOR),
          new Category("Zl", "Line_Separator", 1 << Character.LINE_SEPARATOR),
          new Category("Zp", "Paragraph_Separator", 1 << Character.PARAGRAPH_SEPARATOR),
          new Category("Cc", "Control", 1 << Character.CONTROL),
          new Category("Cf", "Format", 1 << Character.FORMAT),
          new Category("Co", "Private_Use", 1 << Character.PRIVATE_USE),
          new Category("Cs", "Surrogate", 1 << Character.SURROGATE),
          new Category("Cn", "Unassigned", 1),
          new Category("Pd", "Dash_Punctuation", 1 << Character.DASH_PUNCTUATION),
          new Category("Ps", "Open_Punctuation", 1 << Character.START_PUNCTUATION),
          new Category("Pe", "Close_Punctuation", 1 << Character.END_PUNCTUATION),
          new Category("Pc", "Connector_Punctuation", 1 << Character.CONNECTOR_PUNCTUATION),
          new Category("Po", "Other_Punctuation", 1 << Character.OTHER_PUNCTUATION),
          new Category("Pi", "Initial_Punctuation", 1 << Character.INITIAL_QUOTE_PUNCTUATION),
          new Category("Pf", "Final_Punctuation", 1 << Character.FINAL_QUOTE_PUNCTUATION),
          new Category("Sm", "Math_Symbol", 1 << Character.MATH_SYMBOL),
          new Category("Sc", "Currency_Symbol", 1 << Character.CURRENCY_SYMBOL),
          new Category("Sk", "Modifier_Symbol", 1 << Character.MODIFIER_SYMBOL),
          new Category("So", "Other_Symbol", 1 << Character.OTHER_SYMBOL));

  /// Names that stand for several categories.
  private static final Map<String, String> GROUPS =
      Map.ofEntries(
          Map.entry("Letter", "L"),
          Map.entry("Mark", "M"),
          Map.entry("Combining_Mark", "M"),
          Map.entry("Number", "N"),
          Map.entry("Separator", "Z"),
          Map.entry("Other", "C"),
          Map.entry("Punctuation", "P"),
          Map.entry("punct", "P"),
          Map.entry("Symbol", "S"),
          Map.entry("digit", "Nd"),
          Map.entry("cntrl", "Cc"));

  private UnicodeProperty() {}

  /// The code points with a property.
  ///
  /// @param name as between the braces of `\p{…}`: `Lu`, `Letter`, `gc=L`, `Script=Greek`, `Emoji`
  static Optional<CodePoints> named(String name) {
    int equals = name.indexOf('=');
    String key = equals < 0 ? "" : name.substring(0, equals);
    String value = name.substring(equals + 1);
    return switch (key) {
      case "Script", "sc" -> script(value);
      case "General_Category", "gc" -> category(value);
      case "" ->
          Optional.ofNullable(BINARY.get(value))
              .map(CodePoints::where)
              .or(() -> category(value))
              .or(() -> posix(value))
              .or(() -> script(value.replaceFirst("^Is", "")));
      default -> Optional.empty();
    };
  }

  /// The names that Java and POSIX have for sets of ASCII characters.
  private static Optional<CodePoints> posix(String name) {
    CodePoints set = new CodePoints();
    return switch (name) {
      case "XDigit" -> Optional.of(set.add('0', '9').add('A', 'F').add('a', 'f'));
      case "Digit" -> Optional.of(set.add('0', '9'));
      case "Lower" -> Optional.of(set.add('a', 'z'));
      case "Upper" -> Optional.of(set.add('A', 'Z'));
      case "Alnum" -> Optional.of(set.add('0', '9').add('A', 'Z').add('a', 'z'));
      case "Punct" -> Optional.of(set.add('!', '/').add(':', '@').add('[', '`').add('{', '~'));
      case "Blank" -> Optional.of(set.add(' ').add('\t'));
      case "Space" -> Optional.of(set.add('\t', '\r').add(' '));
      default -> Optional.empty();
    };
  }

  private static Optional<CodePoints> category(String name) {
    if (name.equals("LC") || name.equals("Cased_Letter")) {
      return Optional.of(ofTypes(typesOf("Lu") | typesOf("Ll") | typesOf("Lt")));
    }
    int types = typesOf(GROUPS.getOrDefault(name, name));
    return types == 0 ? Optional.empty() : Optional.of(ofTypes(types));
  }

  private static int typesOf(String name) {
    int types = 0;
    for (Category category : CATEGORIES) {
      if (category.shortName.equals(name)
          || category.longName.equals(name)
          || (name.length() == 1 && category.shortName.startsWith(name))) {
        types |= category.types;
      }
    }
    return types;
  }

  private static CodePoints ofTypes(int types) {
    return CodePoints.where(c -> (types >>> Character.getType(c) & 1) != 0);
  }

  private static Optional<CodePoints> script(String name) {
    Map<String, Character.UnicodeScript> byName = new HashMap<>();
    for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
      byName.put(script.name(), script);
    }
    Character.UnicodeScript wanted = byName.get(name.toUpperCase(Locale.ROOT));
    if (wanted == null) {
      return Optional.empty();
    }
    return Optional.of(CodePoints.where(c -> Character.UnicodeScript.of(c) == wanted));
  }

  private static boolean isWhiteSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || c == 0x85
        || Character.isSpaceChar(c); // separators of all three kinds
  }

  private record Category(String shortName, String longName, int types) {}
}
