package puna.grammar.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.error.GrammarException;
import puna.grammar.Expression;
import puna.grammar.RegexParser;
import puna.grammar.Work;
import puna.grammar.schema.Formula.And;
import puna.grammar.schema.Formula.Atom;
import puna.grammar.schema.Formula.Formatted;
import puna.grammar.schema.Formula.Language;
import puna.grammar.schema.Formula.Not;
import puna.grammar.schema.Formula.Or;
import puna.grammar.schema.Formula.TextAtLeast;

/// Sets of strings and of numbers: regular expressions, and what formulas make of them.
final class TextSets {
  /// Longer strings are not generated where a schema bounds the length at all.
  static final int LONGEST = 100_000;

  private static final int MOST_STEPS = 20_000;

  private final Map<String, Dfa> expressions = new HashMap<>();
  private final SchemaOptions.Formats formats;
  private int steps;

  TextSets(SchemaOptions.Formats formats) {
    this.formats = formats;
  }

  boolean assertsFormats() {
    return formats == SchemaOptions.Formats.ASSERTED;
  }

  /// The texts in which an expression matches somewhere.
  Dfa matching(String expression, Subschema place, String keyword) {
    Optional<Dfa> format = FormatTexts.of(expression);
    if (format.isPresent()) {
      return format.get();
    }
    Dfa dfa = expressions.get(expression);
    if (dfa == null) {
      try {
        Expression tree = RegexParser.expression(expression);
        dfa =
            tree.looksAround()
                ? RuleDfa.of(tree, true)
                : RuleDfa.of(RegexParser.search(expression));
      } catch (GrammarException e) {
        throw place.refusal(keyword, e);
      }
      expressions.put(expression, dfa);
    }
    return dfa;
  }

  /// The texts for which all formulas hold.
  Dfa all(Collection<Formula> formulas, Kind kind) {
    Dfa result = kind == Kind.NUMBER ? NumberLanguage.ALL : Dfa.ANY;
    for (Formula formula : formulas) {
      result = result.and(where(formula, true));
    }
    return result;
  }

  private Dfa where(Formula formula, boolean holds) {
    Work.spend(4);
    if (++steps > MOST_STEPS) {
      throw new GrammarException("the schema combines too many sets of texts");
    }
    return switch (formula) {
      case And(List<Formula> parts) -> combined(parts, holds, holds);
      case Or(List<Formula> options) -> combined(options, holds, !holds);
      case Not(Formula negated) -> where(negated, !holds);
      case Language(Dfa texts) -> holds ? texts : texts.complement();
      case Formatted(Dfa texts, String format, Subschema schema) ->
          holds
              ? texts
              : Formats.wider(format)
                  .map(wider -> matching(wider, schema, "format").complement())
                  .orElse(Dfa.NONE);
      case TextAtLeast atLeast -> length(atLeast, holds);
      case Atom atom -> throw new IllegalStateException(atom + " is not about texts");
    };
  }

  // In pairs of equal size: one after the other would walk the whole result each time.
  private Dfa combined(List<Formula> formulas, boolean holds, boolean all) {
    List<Dfa> parts = new ArrayList<>();
    for (Formula formula : formulas) {
      parts.add(where(formula, holds));
    }
    while (parts.size() > 1) {
      List<Dfa> pairs = new ArrayList<>();
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        Dfa one = parts.get(i);
        Dfa other = parts.get(i + 1);
        pairs.add(all ? one.and(other) : one.or(other));
      }
      if (parts.size() % 2 == 1) {
        pairs.add(parts.getLast());
      }
      parts = pairs;
    }
    return parts.isEmpty() ? all ? Dfa.ANY : Dfa.NONE : parts.getFirst();
  }

  // A bound from above that is too large is lowered, which only takes texts away; one from below
  // cannot be kept.
  private static Dfa length(TextAtLeast atLeast, boolean holds) {
    if (!holds) {
      return Dfa.length(0, Math.min(atLeast.length() - 1, LONGEST));
    }
    if (atLeast.length() > Dfa.MOST_STATES - 1) {
      throw new GrammarException(
          "%s: strings must be at least %s characters long; at most %s can be kept"
              .formatted(atLeast.place(), atLeast.length(), Dfa.MOST_STATES - 1));
    }
    return Dfa.length(atLeast.length(), Integer.MAX_VALUE);
  }
}
