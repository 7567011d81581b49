package puna.grammar.schema;

import puna.error.GrammarException;
import puna.grammar.Expression;
import puna.grammar.Grammar;
import puna.grammar.Grammars;
import puna.grammar.RegexParser;
import puna.grammar.Rule;

/// Regular expressions as grammars. One that looks around has no rules smaller than its automaton.
public final class RegexGrammar {
  private RegexGrammar() {}

  /// What an expression matches from the first to the last character.
  ///
  /// @throws GrammarException when the expression is wrong, cannot be kept or matches nothing
  public static Grammar of(String pattern) {
    Expression expression = RegexParser.expression(pattern);
    if (!expression.looksAround()) {
      return Grammars.regex(pattern);
    }
    Dfa dfa = RuleDfa.of(expression, false);
    if (dfa.isEmpty()) {
      throw new GrammarException("the regular expression matches no text at all: " + pattern);
    }
    RuleTable table = new RuleTable();
    Rule texts =
        new TextRules(table, SchemaOptions.Limits.none(), SchemaOptions.Spelling.ANY).texts(dfa);
    return table.grammar(table.named("root", texts));
  }
}
