package puna.chat.template;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Unicode's names of characters, as `\N{…}` takes them: names, their aliases, and the names that
/// are made by rule.
final class CharacterNames {
  private static final Pattern IDEOGRAPH =
      Pattern.compile("CJK (UNIFIED|COMPATIBILITY) IDEOGRAPH-([0-9A-F]{4,5})");
  private static final Pattern VARIANT = Pattern.compile("VS([1-9][0-9]{0,2})");
  private static final List<String> LEADS =
      List.of("G GG N D DD R M B BB S SS  J JJ C K T P H".split(" ", -1));
  private static final List<String> VOWELS =
      List.of("A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I".split(" ", -1));
  private static final List<String> TAILS =
      List.of(
          " G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H".split(" ", -1));

  private CharacterNames() {}

  /// Other names than Unicode's first, read when the first template asks for one.
  private static final class Aliases {
    static final Map<String, Integer> ALL = read();

    private static Map<String, Integer> read() {
      Map<String, Integer> all = new HashMap<>();
      for (String line : Resources.lines("aliases.txt")) {
        int blank = line.indexOf(' ');
        all.put(line.substring(blank + 1), Integer.parseInt(line.substring(0, blank), 16));
      }
      return Map.copyOf(all);
    }
  }

  /// The code point of that name, whatever its case; -1 for none.
  static int find(String written) {
    String name = written.toUpperCase(Locale.ROOT);
    if (!name.equals(name.strip())) {
      return -1;
    }
    Integer alias = Aliases.ALL.get(name);
    if (alias != null) {
      return alias;
    }
    Matcher variant = VARIANT.matcher(name);
    if (variant.matches()) {
      int number = Integer.parseInt(variant.group(1));
      return number > 256 ? -1 : number <= 16 ? 0xFDFF + number : 0xE00EF + number;
    }
    Matcher ideograph = IDEOGRAPH.matcher(name);
    if (ideograph.matches()) {
      return ideograph(ideograph.group(1), Integer.parseInt(ideograph.group(2), 16));
    }
    return name.startsWith("HANGUL SYLLABLE ") ? syllable(name.substring(16)) : byName(name);
  }

  private static int ideograph(String kind, int point) {
    String block = Character.getName(point);
    boolean isNamed = Character.isIdeographic(point) && block != null && block.contains(kind);
    return isNamed ? point : -1;
  }

  private static int syllable(String sound) {
    for (int lead = 0; lead < LEADS.size(); lead++) {
      for (int vowel = 0; vowel < VOWELS.size(); vowel++) {
        String start = LEADS.get(lead) + VOWELS.get(vowel);
        int tail = sound.startsWith(start) ? TAILS.indexOf(sound.substring(start.length())) : -1;
        if (tail >= 0) {
          return 0xAC00 + (lead * VOWELS.size() + vowel) * TAILS.size() + tail;
        }
      }
    }
    return -1;
  }

  /// Java gives characters without a name one of their block and number, which are no names.
  private static int byName(String name) {
    try {
      int point = Character.codePointOf(name);
      boolean isControl = Character.getType(point) == Character.CONTROL;
      boolean isNumbered = name.endsWith(" " + Integer.toHexString(point).toUpperCase(Locale.ROOT));
      return isControl || isNumbered ? -1 : point;
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }
}
