package puna.grammar.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import puna.grammar.schema.Formula.And;
import puna.grammar.schema.Formula.Not;
import puna.grammar.schema.Formula.Or;

/// Formulas out of others, without what is always or never true.
final class Logic {
  static final Formula TRUE = new And(List.of());
  static final Formula FALSE = new Or(List.of());

  private Logic() {}

  static Formula not(Formula formula) {
    if (formula.isTrue()) {
      return FALSE;
    }
    if (formula.isFalse()) {
      return TRUE;
    }
    return formula instanceof Not(Formula negated) ? negated : new Not(formula);
  }

  static Formula and(List<Formula> parts) {
    List<Formula> needed = without(Formula::isTrue, parts);
    for (Formula part : needed) {
      if (part.isFalse()) {
        return FALSE;
      }
    }
    return needed.isEmpty() ? TRUE : needed.size() == 1 ? needed.getFirst() : new And(needed);
  }

  static Formula or(List<Formula> options) {
    List<Formula> possible = without(Formula::isFalse, options);
    for (Formula option : possible) {
      if (option.isTrue()) {
        return TRUE;
      }
    }
    return possible.isEmpty()
        ? FALSE
        : possible.size() == 1 ? possible.getFirst() : new Or(possible);
  }

  // By identity: formulas share parts, and a deep comparison would visit each of them many times.
  private static List<Formula> without(
      java.util.function.Predicate<Formula> neutral, List<Formula> formulas) {
    Set<Formula> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Formula> rest = new ArrayList<>();
    for (Formula formula : formulas) {
      if (!neutral.test(formula) && kept.add(formula)) {
        rest.add(formula);
      }
    }
    return rest;
  }

  static Formula of(boolean truth) {
    return truth ? TRUE : FALSE;
  }
}
