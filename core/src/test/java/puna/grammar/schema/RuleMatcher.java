package puna.grammar.schema;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Spelling;
import puna.grammar.WrittenOut;

/// Says whether a grammar admits a text, straight from the rules' meaning: where can each rule end
/// that begins here?
final class RuleMatcher {
  private final Grammar grammar;
  private final int[] text;
  private final Map<String, Map<Integer, BitSet>> known = new HashMap<>();

  private RuleMatcher(Grammar grammar, String text) {
    this.grammar = grammar;
    this.text = text.codePoints().toArray();
  }

  static boolean accepts(Grammar grammar, String text) {
    RuleMatcher matcher = new RuleMatcher(WrittenOut.of(grammar), text);
    return matcher.ends(new Rule.Reference(grammar.root()), 0).get(matcher.text.length);
  }

  private BitSet ends(Rule rule, int start) {
    return switch (rule) {
      case Rule.Literal(String literal) -> literal(literal.codePoints().toArray(), start);
      case Rule.CharacterSet(List<Integer> ranges) -> {
        boolean member = false;
        for (int i = 0; start < text.length && i < ranges.size(); i += 2) {
          member |= ranges.get(i) <= text[start] && text[start] <= ranges.get(i + 1);
        }
        yield at(member, start + 1);
      }
      case Rule.Sequence(List<Rule> parts) -> {
        BitSet places = at(true, start);
        for (Rule part : parts) {
          places = after(part, places);
        }
        yield places;
      }
      case Rule.Choice(List<Rule> options) -> {
        BitSet all = new BitSet();
        options.forEach(option -> all.or(ends(option, start)));
        yield all;
      }
      case Rule.Repeat repeat -> repeat(repeat, start);
      case Rule.Reference(String name) -> reference(name, start);
      case Rule.Marks _ -> throw new IllegalArgumentException("marks are written out");
      case Rule.Spelled(String spelled) -> ends(Spelling.rule(spelled), start);
      case Rule.Asked _ -> at(true, start);
      case Rule.Token _ -> throw new IllegalArgumentException("tokens have no text");
    };
  }

  private BitSet literal(int[] literal, int start) {
    boolean same = start + literal.length <= text.length;
    for (int i = 0; same && i < literal.length; i++) {
      same = literal[i] == text[start + i];
    }
    return at(same, start + literal.length);
  }

  private static BitSet at(boolean matches, int end) {
    BitSet ends = new BitSet();
    ends.set(end, matches);
    return ends;
  }

  private BitSet after(Rule rule, BitSet places) {
    BitSet ends = new BitSet();
    places.stream().forEach(place -> ends.or(ends(rule, place)));
    return ends;
  }

  private BitSet repeat(Rule.Repeat repeat, int start) {
    BitSet places = at(true, start);
    for (int i = 0; i < repeat.minimum() && !places.isEmpty(); i++) {
      places = after(repeat.body(), places);
    }
    BitSet all = (BitSet) places.clone();
    boolean unbounded = repeat.maximum() == Rule.Repeat.UNBOUNDED;
    for (int i = repeat.minimum(); unbounded || i < repeat.maximum(); i++) {
      places = after(repeat.body(), places);
      places.andNot(all);
      if (places.isEmpty()) {
        break;
      }
      all.or(places);
    }
    return all;
  }

  private BitSet reference(String name, int start) {
    Map<Integer, BitSet> byStart = known.computeIfAbsent(name, _ -> new HashMap<>());
    BitSet ends = byStart.get(start);
    if (ends == null) {
      Rule rule =
          Optional.ofNullable(grammar.rules().get(name))
              .orElseThrow(() -> new IllegalArgumentException("no rule " + name));
      ends = ends(rule, start);
      byStart.put(start, ends);
    }
    return ends;
  }
}
