package puna.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Characters of JSON strings, as they may be written.
final class StringCharacters {
  static final Rule HEX =
      new CharacterSet(List.of((int) '0', (int) '9', (int) 'A', (int) 'F', (int) 'a', (int) 'f'));

  /// All that a string cannot have as it is, in one.
  static final Rule ESCAPED =
      new Sequence(
          List.of(
              new Literal("\\"),
              new Choice(
                  List.of(
                      set("\"\\bfnrt"),
                      new Sequence(
                          List.of(new Literal("u00"), new CharacterSet(List.of(48, 49)), HEX))))));

  private StringCharacters() {}

  /// The parts of a range that may stand in a string as they are: neither control characters nor
  /// quote, backslash or surrogates.
  static void addRaw(int first, int last, List<Integer> raw) {
    int[] allowed = {0x20, 0x21, 0x23, 0x5B, 0x5D, 0xD7FF, 0xE000, Dfa.LAST_CODE_POINT};
    for (int i = 0; i < allowed.length; i += 2) {
      int from = Math.max(first, allowed[i]);
      int to = Math.min(last, allowed[i + 1]);
      if (from <= to) {
        raw.add(from);
        raw.add(to);
      }
    }
  }

  /// Any character, escaped only where JSON demands it.
  static Rule plain() {
    List<Integer> raw = new ArrayList<>();
    addRaw(0, Dfa.LAST_CODE_POINT, raw);
    return new Choice(List.of(new CharacterSet(raw), ESCAPED));
  }

  /// Any character in any of its spellings.
  static Rule any() {
    List<Integer> raw = new ArrayList<>();
    addRaw(0, Dfa.LAST_CODE_POINT, raw);
    Rule d = set("Dd");
    Rule backslashU = new Literal("\\u");
    Rule hexTwice = new Repeat(HEX, 2, 2);
    Rule unit =
        new Choice(
            List.of(
                new Sequence(
                    List.of(backslashU, set("0123456789ABCEFabcef"), new Repeat(HEX, 3, 3))),
                new Sequence(List.of(backslashU, d, set("01234567"), hexTwice)),
                new Sequence(
                    List.of(
                        backslashU,
                        d,
                        set("89ABab"),
                        hexTwice,
                        backslashU,
                        d,
                        set("CDEFcdef"),
                        hexTwice))));
    Rule shortEscape = new Sequence(List.of(new Literal("\\"), set("\"\\/bfnrt")));
    return new Choice(List.of(new CharacterSet(raw), shortEscape, unit));
  }

  static CharacterSet set(String characters) {
    List<Integer> ranges = new ArrayList<>();
    characters
        .chars()
        .sorted()
        .forEach(c -> {
          ranges.add(c);
          ranges.add(c);
        });
    return new CharacterSet(ranges);
  }
}
