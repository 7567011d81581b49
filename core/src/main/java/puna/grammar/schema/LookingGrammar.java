package puna.grammar.schema;

import puna.grammar.Expression;
import puna.grammar.Grammar;
import puna.grammar.Rule;

/// Expressions that look around, as grammars: no rule of theirs is smaller than their automaton.
public final class LookingGrammar {
  private LookingGrammar() {}

  /// What an expression matches from the first to the last character.
  ///
  /// @throws puna.error.GrammarException when its automaton is too large
  public static Grammar whole(Expression expression) {
    RuleTable table = new RuleTable();
    Rule texts = new TextRules(table).texts(RuleDfa.of(expression, false));
    return table.grammar(table.named("root", texts));
  }
}
