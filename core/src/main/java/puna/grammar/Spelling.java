package puna.grammar;

import java.util.ArrayList;
import java.util.List;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Sequence;

/// The ways to write a character inside a JSON string.
public final class Spelling {
  private static final int LAST_CONTROL = 0x1F;
  private static final String SHORT = "\"\\/\b\f\n\r\t";
  private static final String SHORT_ESCAPES = "\"\\/bfnrt";

  private Spelling() {}

  /// The characters as rules: each as it is or escaped.
  public static Rule rule(String text) {
    List<Rule> parts = new ArrayList<>();
    for (int character : text.codePoints().toArray()) {
      Rule escaped = new Sequence(List.of(new Literal("\\"), behindBackslash(character)));
      String plain = plain(character);
      parts.add(plain.isEmpty() ? escaped : new Choice(List.of(new Literal(plain), escaped)));
    }
    return new Sequence(parts);
  }

  /// The characters with the escapes that must be.
  public static String plainest(String text) {
    StringBuilder written = new StringBuilder();
    for (int character : text.codePoints().toArray()) {
      int index = SHORT.indexOf(character);
      String plain = plain(character);
      if (!plain.isEmpty()) {
        written.append(plain);
      } else if (index >= 0) {
        written.append('\\').append(SHORT_ESCAPES.charAt(index));
      } else {
        written.append("\\u00").append(Character.forDigit(character >> 4, 16));
        written.append(Character.forDigit(character & 0xF, 16));
      }
    }
    return written.toString();
  }

  /// A character as it is; empty where it must be escaped.
  public static String plain(int character) {
    boolean mustEscape =
        character <= LAST_CONTROL
            || character == '"'
            || character == '\\'
            || Character.getType(character) == Character.SURROGATE;
    return mustEscape ? "" : Character.toString(character);
  }

  /// What may follow a backslash to mean a character.
  public static Rule behindBackslash(int character) {
    List<Rule> parts = new ArrayList<>();
    for (char unit : Character.toChars(character)) {
      parts.add(new Literal(parts.isEmpty() ? "u" : "\\u"));
      for (int shift = 12; shift >= 0; shift -= 4) {
        parts.add(digit(unit >> shift & 0xF));
      }
    }
    Rule digits = new Sequence(parts);
    int index = SHORT.indexOf(character);
    return index < 0
        ? digits
        : new Choice(List.of(digits, new Literal(String.valueOf(SHORT_ESCAPES.charAt(index)))));
  }

  private static Rule digit(int value) {
    char lower = Character.forDigit(value, 16);
    char upper = Character.toUpperCase(lower);
    return lower == upper
        ? new Literal(String.valueOf(lower))
        : new CharacterSet(List.of((int) upper, (int) upper, (int) lower, (int) lower));
  }
}
