package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Spelling;

/// Says whether a grammar admits a text, straight from the rules' meaning: where can each rule end
/// that begins here?
final class RuleMatcher {
  private final Grammar grammar;
  private final int[] text;
  private final Map<String, Map<Integer, BitSet>> known = new HashMap<>();
  private final IdentityHashMap<Rule, Boolean> marked = new IdentityHashMap<>();

  private RuleMatcher(Grammar grammar, String text) {
    this.grammar = grammar;
    this.text = text.codePoints().toArray();
  }

  static boolean accepts(Grammar grammar, String text) {
    RuleMatcher matcher = new RuleMatcher(grammar, text);
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
      case Rule.Marks _ -> throw new IllegalArgumentException("a rule's marks are its own");
      case Rule.Spelled(String spelled) -> ends(Spelling.rule(spelled), start);
      case Rule.Asked _ -> at(true, start);
      case Rule.Token _ -> throw new IllegalArgumentException("tokens have no text");
    };
  }

  /// Where a rule can end and what is marked there.
  private Set<Spot> spots(Rule rule, Set<Spot> from) {
    Set<Spot> to = new HashSet<>();
    if (!hasMarks(rule)) {
      for (Spot spot : from) {
        ends(rule, spot.place()).stream().forEach(end -> to.add(new Spot(end, spot.marks())));
      }
      return to;
    }
    switch (rule) {
      case Rule.Marks(long absent, long present, long added) -> {
        for (Spot spot : from) {
          if ((spot.marks() & absent) == 0 && (spot.marks() & present) == present) {
            to.add(new Spot(spot.place(), spot.marks() | added));
          }
        }
      }
      case Rule.Sequence(List<Rule> parts) -> {
        to.addAll(from);
        for (Rule part : parts) {
          Set<Spot> next = spots(part, to);
          to.clear();
          to.addAll(next);
        }
      }
      case Rule.Choice(List<Rule> options) ->
          options.forEach(option -> to.addAll(spots(option, from)));
      case Rule.Repeat(Rule body, int minimum, int maximum) -> {
        assertThat(minimum + maximum).isEqualTo(Rule.Repeat.UNBOUNDED);
        Set<Spot> next = from;
        while (to.addAll(next)) {
          next = spots(body, next);
        }
      }
      default -> throw new IllegalArgumentException("no marks in " + rule);
    }
    return to;
  }

  private boolean hasMarks(Rule rule) {
    Boolean has = marked.get(rule);
    if (has == null) {
      has =
          switch (rule) {
            case Rule.Marks _ -> true;
            case Rule.Sequence(List<Rule> parts) -> parts.stream().anyMatch(this::hasMarks);
            case Rule.Choice(List<Rule> options) -> options.stream().anyMatch(this::hasMarks);
            case Rule.Repeat repeat -> hasMarks(repeat.body());
            default -> false;
          };
      marked.put(rule, has);
    }
    return has;
  }

  /// A place in the text, and the marks that are set there.
  private record Spot(int place, long marks) {}

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
      ends = new BitSet();
      for (Spot spot : spots(rule, Set.of(new Spot(start, 0)))) {
        ends.set(spot.place());
      }
      byStart.put(start, ends);
    }
    return ends;
  }
}
