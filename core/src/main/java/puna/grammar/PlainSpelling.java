package puna.grammar;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Spelled;

/// Grammars of JSON in which the characters of names and constants have one spelling each.
public final class PlainSpelling {
  private PlainSpelling() {}

  /// The grammar of those texts that escape no more of these characters than JSON demands.
  public static Grammar of(Grammar grammar) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    grammar.rules().forEach((name, rule) -> rules.put(name, plain(rule)));
    return new Grammar(rules, grammar.root());
  }

  private static Rule plain(Rule rule) {
    return switch (rule) {
      case Spelled(String text) -> new Literal(Spelling.plainest(text));
      case Sequence(List<Rule> parts) -> new Sequence(plain(parts));
      case Choice(List<Rule> options) -> new Choice(plain(options));
      case Repeat(Rule body, int minimum, int maximum) -> new Repeat(plain(body), minimum, maximum);
      case Literal _,
          Rule.CharacterSet _,
          Rule.Reference _,
          Rule.Token _,
          Rule.Marks _,
          Rule.Asked _ ->
          rule;
    };
  }

  private static List<Rule> plain(List<Rule> rules) {
    return rules.stream().map(PlainSpelling::plain).toList();
  }
}
