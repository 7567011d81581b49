package puna.chat.template;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Python's `html.unescape`: HTML's character references as browsers read them.
final class Entities {
  private static final Pattern REFERENCE =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");

  /// What the numbers from 0x80 on stand for: those of Windows-1252, where it has one.
  private static final String WINDOWS =
      "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d"
          + "\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153"
          + "\u009d\u017e\u0178";

  private Entities() {}

  /// The names of HTML, read when the first template asks for one.
  private static final class Names {
    static final Map<String, String> ALL = read();

    private static Map<String, String> read() {
      Map<String, String> all = new HashMap<>(4096);
      Resources.lines("entities.txt").forEach(line -> add(line.split(" "), all));
      return Map.copyOf(all);
    }

    /// @param fields a name, with `?` where it needs no semicolon, and its code points
    private static void add(String[] fields, Map<String, String> all) {
      StringBuilder characters = new StringBuilder();
      for (int i = 1; i < fields.length; i++) {
        characters.appendCodePoint(Integer.parseInt(fields[i], 16));
      }
      boolean isBare = fields[0].endsWith("?");
      String name = isBare ? fields[0].substring(0, fields[0].length() - 1) : fields[0];
      all.put(name + ";", characters.toString());
      if (isBare) {
        all.put(name, characters.toString());
      }
    }
  }

  static String unescape(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    return REFERENCE
        .matcher(text)
        .replaceAll(reference -> Matcher.quoteReplacement(character(reference.group(1))));
  }

  private static String character(String reference) {
    if (reference.charAt(0) == '#') {
      return number(reference);
    }
    String found = Names.ALL.get(reference);
    if (found != null) {
      return found;
    }
    for (int end = reference.length() - 1; end > 1; end--) {
      String prefix = Names.ALL.get(reference.substring(0, end));
      if (prefix != null) {
        return prefix + reference.substring(end);
      }
    }
    return "&" + reference;
  }

  private static String number(String reference) {
    boolean isHexadecimal = Character.toLowerCase(reference.charAt(1)) == 'x';
    String digits = reference.replace(";", "").substring(isHexadecimal ? 2 : 1);
    long point = 0;
    int radix = isHexadecimal ? 16 : 10;
    for (int at = 0; at < digits.length(); at++) {
      int digit = Character.digit(digits.charAt(at), radix);
      point = Math.min(Integer.MAX_VALUE, point * radix + digit);
    }
    if (point >= 0x80 && point <= 0x9F) {
      return WINDOWS.substring((int) point - 0x80, (int) point - 0x7F);
    }
    if (point == 0 || point > 0x10FFFF || point >= 0xD800 && point <= 0xDFFF) {
      return "\uFFFD";
    }
    return isCharacter((int) point) ? Character.toString((int) point) : "";
  }

  private static boolean isCharacter(int point) {
    boolean isControl = point < ' ' && "\t\n\f\r".indexOf(point) < 0 || point == 0x7F;
    return !isControl && !(point >= 0xFDD0 && point <= 0xFDEF) && (point & 0xFFFE) != 0xFFFE;
  }
}
