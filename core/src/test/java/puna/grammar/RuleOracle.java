package puna.grammar;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// The simplest matcher that can be right: from a place of the text, all places where a rule may
/// end. It works on code points and knows nothing of bytes, stacks or states.
public final class RuleOracle {
  private final Grammar grammar;
  private final int[] text;
  private final Map<String, BitSet> known = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private RuleOracle(Grammar grammar, String text) {
    this.grammar = grammar;
    this.text = text.codePoints().toArray();
  }

  public static boolean matches(Grammar grammar, String text) {
    RuleOracle oracle = new RuleOracle(grammar, text);
    return oracle.ends(new Reference(grammar.root()), 0).get(oracle.text.length);
  }

  public static boolean matches(Rule rule, String text) {
    return matches(new Grammar(Map.of("root", rule), "root"), text);
  }

  private BitSet ends(Rule rule, int from) {
    BitSet ends = new BitSet();
    switch (rule) {
      case Literal(String literal) -> {
        int[] wanted = literal.codePoints().toArray();
        boolean same = from + wanted.length <= text.length;
        for (int i = 0; same && i < wanted.length; i++) {
          same = text[from + i] == wanted[i];
        }
        if (same) {
          ends.set(from + wanted.length);
        }
      }
      case CharacterSet(List<Integer> ranges) -> {
        for (int i = 0; from < text.length && i < ranges.size(); i += 2) {
          if (text[from] >= ranges.get(i) && text[from] <= ranges.get(i + 1)) {
            ends.set(from + 1);
          }
        }
      }
      case Sequence(List<Rule> parts) -> {
        BitSet at = new BitSet();
        at.set(from);
        for (Rule part : parts) {
          at = endsOfAll(part, at);
        }
        ends.or(at);
      }
      case Choice(List<Rule> options) -> options.forEach(option -> ends.or(ends(option, from)));
      case Repeat repeat -> ends.or(repeated(repeat, from));
      case Reference(String name) -> ends.or(referenced(name, from));
      case Rule.Marks _ -> throw new IllegalArgumentException("marks are written out");
      case Rule.Spelled(String spelled) -> ends.or(ends(Spelling.rule(spelled), from));
      case Rule.Asked _ -> ends.set(from);
      case Token _ -> throw new IllegalArgumentException("no text matches a token");
    }
    return ends;
  }

  private BitSet endsOfAll(Rule rule, BitSet starts) {
    BitSet ends = new BitSet();
    starts.stream().forEach(start -> ends.or(ends(rule, start)));
    return ends;
  }

  private BitSet repeated(Repeat repeat, int from) {
    BitSet at = new BitSet();
    at.set(from);
    for (int i = 0; i < repeat.minimum(); i++) {
      at = endsOfAll(repeat.body(), at);
    }
    BitSet all = (BitSet) at.clone();
    int more =
        repeat.maximum() == Repeat.UNBOUNDED
            ? Integer.MAX_VALUE
            : repeat.maximum() - repeat.minimum();
    for (int i = 0; i < more && !at.isEmpty(); i++) {
      at = endsOfAll(repeat.body(), at);
      at.andNot(all);
      all.or(at);
    }
    return all;
  }

  private BitSet referenced(String name, int from) {
    String key = name + "@" + from;
    BitSet before = known.get(key);
    if (before != null) {
      return before;
    }
    if (!open.add(key)) {
      throw new IllegalStateException("left recursion through " + key);
    }
    Rule rule = grammar.rules().get(name);
    if (rule == null) {
      throw new IllegalStateException("undefined rule " + name);
    }
    BitSet found = ends(rule, from);
    open.remove(key);
    known.put(key, found);
    return found;
  }
}
