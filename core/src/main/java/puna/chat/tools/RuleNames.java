package puna.chat.tools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// Rules of one grammar for use in another.
public final class RuleNames {
  private RuleNames() {}

  /// What either grammar admits.
  public static Grammar either(Grammar first, Grammar second) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    first.rules().forEach((name, rule) -> rules.put("a-" + name, prefixed(rule, "a-")));
    second.rules().forEach((name, rule) -> rules.put("b-" + name, prefixed(rule, "b-")));
    rules.put(
        "root",
        new Choice(
            List.of(new Reference("a-" + first.root()), new Reference("b-" + second.root()))));
    return new Grammar(rules, "root");
  }

  /// The rule with `prefix` before the names that it refers to.
  static Rule prefixed(Rule rule, String prefix) {
    return switch (rule) {
      case Literal _, CharacterSet _, Token _, Marks _, Rule.Spelled _, Rule.Asked _ -> rule;
      case Reference(String name) -> new Reference(prefix + name);
      case Repeat(Rule body, int minimum, int maximum) ->
          new Repeat(prefixed(body, prefix), minimum, maximum);
      case Sequence(List<Rule> parts) ->
          new Sequence(parts.stream().map(part -> prefixed(part, prefix)).toList());
      case Choice(List<Rule> options) ->
          new Choice(options.stream().map(option -> prefixed(option, prefix)).toList());
    };
  }
}
