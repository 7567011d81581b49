package puna.grammar.automaton;

import java.nio.charset.StandardCharsets;
import puna.error.GrammarException;
import puna.grammar.DeadRules;
import puna.grammar.Grammar;
import puna.grammar.Work;

/// A grammar made ready to read texts, immutable and safe for all threads.
public final class CompiledGrammar {
  private final Automaton automaton;

  private CompiledGrammar(Automaton automaton) {
    this.automaton = automaton;
  }

  /// @throws GrammarException when a rule is undefined, left recursive or nested too deep, or when
  ///   the grammar with its repetitions written out is too large, or when it admits no text at all
  public static CompiledGrammar compile(Grammar grammar) {
    Automaton automaton = Work.bounded("the grammar", () -> new Automaton(grammar));
    if (!automaton.network().live[automaton.network().entries[0]]) {
      DeadRules.of(grammar);
      throw new GrammarException("the grammar admits nothing");
    }
    return new CompiledGrammar(automaton);
  }

  /// True where the grammar admits the whole text. Tokens that the grammar names have no text.
  public boolean accepts(byte[] utf8) {
    Matcher matcher = matcher();
    return matcher.accept(utf8) && matcher.isComplete();
  }

  /// True where the grammar admits the whole text.
  public boolean accepts(String text) {
    return accepts(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A matcher at the beginning of a text.
  public Matcher matcher() {
    return new Matcher(automaton);
  }

  public Automaton automaton() {
    return automaton;
  }
}
