package puna.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Spelled;
import puna.grammar.Spelling;

/// Sets of strings and numbers as rules for their JSON text.
///
/// One of few characters, and any where any may come, may be escaped; those of other sets are only
/// where JSON demands it. Plainly spelled strings have no other escapes at all.
final class TextRules {
  private static final int DEEPEST_INLINED = 24;
  private static final int LAST_CONTROL = 0x1F;
  private static final int FEW = 4;
  private static final int FIRST_SURROGATE = 0xD800;
  private static final int LAST_SURROGATE = 0xDFFF;

  /// All control characters; written one by one they would fill most of a grammar.
  private static final List<Rule> CONTROLS =
      List.of(
          new Sequence(
              List.of(
                  new Literal("\\u00"), new CharacterSet(List.of(48, 49)), StringCharacters.HEX)),
          new Sequence(List.of(new Literal("\\"), StringCharacters.set("bfnrt"))));

  private static final Rule DIGITS =
      new Repeat(new CharacterSet(List.of((int) '0', (int) '9')), 1, Repeat.UNBOUNDED);

  private final RuleTable table;
  private final TextLimits limits;
  private final Map<List<Integer>, Rule> characters = new HashMap<>(); // by ranges
  private final boolean isPlain;
  private final Map<Dfa, Rule> strings = new HashMap<>();
  private final Map<Dfa, Rule> numbers = new HashMap<>();

  TextRules(RuleTable table, SchemaOptions.Limits limits, SchemaOptions.Spelling spelling) {
    this.table = table;
    this.isPlain = spelling == SchemaOptions.Spelling.PLAIN;
    this.limits = new TextLimits(limits);
  }

  /// The text of a string with its quotes.
  Rule string(Dfa texts) {
    Rule known = strings.get(texts);
    if (known == null) {
      Rule body = new Emission(limits.strings(texts), true).rule();
      known =
          table.named("string", new Sequence(List.of(new Literal("\""), body, new Literal("\""))));
      strings.put(texts, known);
    }
    return known;
  }

  /// The texts themselves, outside JSON.
  Rule texts(Dfa texts) {
    return new Emission(texts, false).rule();
  }

  /// The text of one string with its quotes.
  Rule string(String text) {
    return Simplifier.sequence(
        List.of(
            new Literal("\""),
            text.isEmpty() ? Simplifier.EMPTY : spelled(text),
            new Literal("\"")));
  }

  /// The text of a number. Where all numbers or all whole ones may come, so may exponents.
  Rule number(Dfa all) {
    boolean isWhole = isPlain && all.minus(NumberLanguage.INTEGERS).isEmpty();
    Dfa spellings = isWhole ? all.and(NumberLanguage.DIGITS) : all;
    Rule known = numbers.get(spellings);
    if (known == null) {
      Rule body;
      if (limits.boundDigits()) {
        body = new Emission(limits.numbers(spellings), false).rule();
      } else if (spellings.equals(NumberLanguage.ALL)) {
        body =
            Simplifier.choice(
                List.of(
                    plain(optional(new Literal("."), DIGITS), exponent("+-")),
                    ScientificRules.anySize()));
      } else if (spellings.equals(NumberLanguage.INTEGERS)) {
        Rule zeros = new Repeat(new Literal("0"), 1, Repeat.UNBOUNDED);
        body = plain(optional(new Literal("."), zeros), exponent("+"));
      } else {
        List<Rule> options = new ArrayList<>(List.of(new Emission(spellings, false).rule()));
        options.addAll(ScientificRules.of(spellings));
        for (String zero : List.of("0", "0.0")) {
          if (spellings.accepts(zero)) {
            options.add(new Literal("-" + zero));
          }
        }
        body = Simplifier.choice(options);
      }
      known = table.named("number", body);
      numbers.put(spellings, known);
    }
    return known;
  }

  private static Rule plain(Rule fraction, Rule exponent) {
    Rule nonZero = new CharacterSet(List.of((int) '1', (int) '9'));
    Rule digit = new CharacterSet(List.of((int) '0', (int) '9'));
    Rule whole =
        new Choice(
            List.of(
                new Literal("0"),
                new Sequence(List.of(nonZero, new Repeat(digit, 0, Repeat.UNBOUNDED)))));
    return new Sequence(List.of(optional(new Literal("-")), whole, fraction, exponent));
  }

  private static Rule exponent(String signs) {
    Rule e = new CharacterSet(List.of((int) 'E', (int) 'E', (int) 'e', (int) 'e'));
    List<Rule> options = new ArrayList<>();
    signs.chars().forEach(c -> options.add(new Literal(Character.toString(c))));
    Rule digits = new Repeat(new CharacterSet(List.of((int) '0', (int) '9')), 1, 2);
    return optional(e, new Repeat(new Choice(options), 0, 1), digits);
  }

  private static Rule optional(Rule... parts) {
    return new Repeat(Simplifier.sequence(List.of(parts)), 0, 1);
  }

  /// One character of a set, as it stands inside a JSON string.
  private Rule character(List<Integer> ranges) {
    if (ranges.equals(List.of(0, Dfa.LAST_CODE_POINT))) {
      return table.shared("character", isPlain ? StringCharacters::plain : StringCharacters::any);
    }
    if (count(ranges) <= FEW) {
      return few(ranges);
    }
    List<Rule> options = new ArrayList<>();
    List<Integer> raw = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += 2) {
      int first = ranges.get(i);
      int last = ranges.get(i + 1);
      if (first == 0 && last >= LAST_CONTROL) {
        options.addAll(CONTROLS);
      } else {
        for (int c = first; c <= Math.min(last, LAST_CONTROL); c++) {
          control(c, options);
        }
      }
      StringCharacters.addRaw(first, last, raw);
      if (first <= '"' && '"' <= last) {
        options.add(new Literal("\\\""));
      }
      if (first <= '\\' && '\\' <= last) {
        options.add(new Literal("\\\\"));
      }
    }
    if (!raw.isEmpty()) {
      options.add(new CharacterSet(raw));
    }
    return Simplifier.choice(options);
  }

  /// True for sets with all that a string cannot have as it is.
  private static boolean hasAllEscaped(List<Integer> ranges) {
    boolean quote = false;
    boolean backslash = false;
    for (int i = 0; i < ranges.size(); i += 2) {
      quote |= ranges.get(i) <= '"' && '"' <= ranges.get(i + 1);
      backslash |= ranges.get(i) <= '\\' && '\\' <= ranges.get(i + 1);
    }
    return quote && backslash && ranges.get(0) == 0 && ranges.get(1) >= LAST_CONTROL;
  }

  private static List<Integer> raw(List<Integer> ranges) {
    List<Integer> raw = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += 2) {
      StringCharacters.addRaw(ranges.get(i), ranges.get(i + 1), raw);
    }
    return raw;
  }

  private static int count(List<Integer> ranges) {
    int count = 0;
    for (int i = 0; i < ranges.size() && count <= FEW; i += 2) {
      count += ranges.get(i + 1) - ranges.get(i) + 1;
    }
    return count;
  }

  private Rule few(List<Integer> ranges) {
    List<Rule> options = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += 2) {
      for (int c = ranges.get(i); c <= ranges.get(i + 1); c++) {
        options.add(spelled(Character.toString(c)));
      }
    }
    return Simplifier.choice(options);
  }

  /// Nothing where there is half a character, which no text in UTF-8 has.
  private Rule spelled(String text) {
    boolean half = text.codePoints().anyMatch(c -> c >= FIRST_SURROGATE && c <= LAST_SURROGATE);
    if (half) {
      return Simplifier.NOTHING;
    }
    return isPlain ? new Literal(Spelling.plainest(text)) : new Spelled(text);
  }

  private static void control(int c, List<Rule> options) {
    String digits = "\\u00%02x".formatted(c);
    options.add(new Literal(digits));
    if (!digits.equals("\\u00%02X".formatted(c))) {
      options.add(new Literal("\\u00%02X".formatted(c)));
    }
    int index = "\b\f\n\r\t".indexOf(c);
    if (index >= 0) {
      options.add(new Literal("\\" + "bfnrt".charAt(index)));
    }
  }

  /// One automaton being written: a rule for each state that several others lead to.
  private final class Emission {
    private final Dfa dfa;
    private final boolean json;
    private final boolean lengths; // whether only the number of characters matters
    private final int[] sources;
    private final List<Map<Integer, List<Integer>>> edges = new ArrayList<>(); // by state
    private final Reference[] rules;
    private final Map<Integer, Reference> escaped = new HashMap<>();

    Emission(Dfa dfa, boolean json) {
      this.dfa = dfa;
      this.json = json;
      this.sources = new int[dfa.size()];
      this.rules = new Reference[dfa.size()];
      this.lengths = json && dfa.isLengths();
      for (int state = 0; state < (lengths ? 0 : dfa.size()); state++) {
        edges.add(findEdges(state));
        for (int target : edges(state).keySet()) {
          sources[target] += target == state ? 0 : 1;
        }
      }
    }

    Rule rule() {
      if (lengths) {
        int first = dfa.shortest().length();
        int last = dfa.targets(dfa.size() - 1)[0] == Dfa.DEAD ? dfa.size() - 1 : Repeat.UNBOUNDED;
        return new Repeat(character(List.of(0, Dfa.LAST_CODE_POINT)), first, last);
      }
      if (dfa.isEmpty()) {
        return new Choice(List.of());
      }
      List<Integer> own = new ArrayList<>();
      int[] depth = new int[dfa.size()];
      for (int state = 0; state < dfa.size(); state++) {
        if (state == 0 || sources[state] != 1 || depth[state] % DEEPEST_INLINED == 0) {
          rules[state] = table.reserve("text");
          own.add(state);
        }
        for (int target : edges(state).keySet()) {
          depth[target] = target == state ? depth[target] : depth[state] + 1;
        }
      }
      for (int state : own) {
        table.define(rules[state], body(state));
      }
      return rules[0];
    }

    private Rule from(int state) {
      return rules[state] != null ? rules[state] : body(state);
    }

    private Rule body(int state) {
      Map<Integer, List<Integer>> edges = edges(state);
      List<Rule> options = new ArrayList<>();
      if (dfa.accepts(state)) {
        options.add(new Literal(""));
      }
      edges.forEach((target, ranges) -> {
        if (target != state && isMostly(ranges, target)) {
          options.add(escaped(target));
          options.add(new Sequence(List.of(new CharacterSet(raw(ranges)), from(target))));
        } else if (target != state) {
          options.add(Simplifier.sequence(List.of(one(ranges), from(target))));
        }
      });
      Rule exits = Simplifier.choice(options);
      List<Integer> loop = edges.get(state);
      return loop == null
          ? exits
          : Simplifier.sequence(List.of(new Repeat(one(loop), 0, Repeat.UNBOUNDED), exits));
    }

    /// True for all characters but a few, as they lead away from the names that must not come: then
    /// the escapes to one state are a rule, once.
    private boolean isMostly(List<Integer> ranges, int target) {
      return json && ranges.size() > 2 && rules[target] != null && hasAllEscaped(ranges);
    }

    private Reference escaped(int target) {
      return escaped.computeIfAbsent(
          target,
          _ ->
              table.named(
                  "escaped", Simplifier.sequence(List.of(StringCharacters.ESCAPED, from(target)))));
    }

    private Rule one(List<Integer> ranges) {
      return json
          ? characters.computeIfAbsent(ranges, TextRules.this::character)
          : new CharacterSet(ranges);
    }

    private Map<Integer, List<Integer>> edges(int state) {
      return edges.get(state);
    }

    /// The ranges of characters that lead to each state.
    private Map<Integer, List<Integer>> findEdges(int state) {
      Map<Integer, List<Integer>> edges = new LinkedHashMap<>();
      int[] starts = dfa.starts(state);
      for (int i = 0; i < starts.length; i++) {
        int target = dfa.targets(state)[i];
        if (target != Dfa.DEAD) {
          int last = i + 1 < starts.length ? starts[i + 1] - 1 : Dfa.LAST_CODE_POINT;
          List<Integer> ranges = edges.computeIfAbsent(target, _ -> new ArrayList<>());
          ranges.add(starts[i]);
          ranges.add(last);
        }
      }
      return edges;
    }
  }
}
