package puna.grammar.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.schema.Formula.ElementsFrom;
import puna.grammar.schema.Formula.Members;
import puna.grammar.schema.Formula.Present;
import puna.grammar.schema.Predicate.Claim;
import puna.grammar.schema.Predicate.Either;
import puna.grammar.schema.Predicate.Valid;

/// What `unevaluatedProperties` and `unevaluatedItems` need: a schema as alternatives that exclude
/// each other, each with the members or elements that it has evaluated.
final class Annotations {
  private static final int MOST_ALTERNATIVES = 256;
  private static final int DEEPEST = 100;

  private final Formulas formulas;
  private int depth;

  Annotations(Formulas formulas) {
    this.formulas = formulas;
  }

  /// Members by name; elements by index below `prefix`, and those for which one of `contained`
  /// holds.
  record Evaluated(Dfa names, int prefix, Set<Predicate> contained) {
    static final Evaluated NOTHING = new Evaluated(Dfa.NONE, 0, Set.of());

    static Evaluated names(Dfa names) {
      return new Evaluated(names, 0, Set.of());
    }

    static Evaluated items(int prefix, Set<Predicate> contained) {
      return prefix == Integer.MAX_VALUE
          ? new Evaluated(Dfa.NONE, prefix, Set.of())
          : new Evaluated(Dfa.NONE, prefix, contained);
    }

    static Evaluated everything(Kind kind) {
      return kind == Kind.OBJECT ? names(Dfa.ANY) : items(Integer.MAX_VALUE, Set.of());
    }

    Evaluated and(Evaluated other) {
      Set<Predicate> both = new HashSet<>(contained);
      both.addAll(other.contained);
      int longest = Math.max(prefix, other.prefix);
      return new Evaluated(
          names.or(other.names), longest, longest == Integer.MAX_VALUE ? Set.of() : both);
    }
  }

  record Alternative(Formula condition, Evaluated evaluated) {}

  private static String keyword(Kind kind) {
    return kind == Kind.OBJECT ? "unevaluatedProperties" : "unevaluatedItems";
  }

  boolean isAsked(Subschema schema, Kind kind) {
    return (kind == Kind.OBJECT || kind == Kind.ARRAY)
        && schema.schema(keyword(kind)).filter(rest -> !rest.isTrue()).isPresent();
  }

  List<Alternative> alternatives(Valid valid, Kind kind) {
    if (++depth > DEEPEST) {
      throw valid
          .schema()
          .refusal(keyword(kind), "cannot be kept: what it depends on is nested too deep");
    }
    List<Alternative> all = alternativesHere(valid, kind);
    depth--;
    return all;
  }

  private List<Alternative> alternativesHere(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    if (schema.isTrue() || schema.isFalse()) {
      return List.of(new Alternative(Logic.of(schema.isTrue()), Evaluated.NOTHING));
    }
    List<Alternative> all =
        List.of(new Alternative(formulas.own(valid, kind), formulas.evaluated(valid, kind)));
    for (Valid target : formulas.referenced(valid)) {
      all = both(all, alternatives(target, kind), schema);
    }
    for (Subschema part : schema.schemas("allOf")) {
      all = both(all, alternatives(Formulas.inside(valid, part), kind), schema);
    }
    if (schema.get("anyOf").isPresent()) {
      all = both(all, options(valid, "anyOf", kind), schema);
    }
    if (schema.get("oneOf").isPresent()) {
      all = both(all, options(valid, "oneOf", kind), schema);
    }
    Optional<Subschema> not = schema.schema("not");
    if (not.isPresent()) {
      Formula negated = formulas.of(Formulas.inside(valid, not.get()), kind);
      all = both(all, plain(Logic.not(negated)), schema);
    }
    if (schema.get("if").isPresent()) {
      all = both(all, conditional(valid, kind), schema);
    }
    for (Map.Entry<String, Subschema> entry : dependents(schema, kind).entrySet()) {
      Formula present = new Present(entry.getKey());
      List<Alternative> either = new ArrayList<>(plain(Logic.not(present)));
      either.addAll(
          both(
              plain(present),
              alternatives(Formulas.inside(valid, entry.getValue()), kind),
              schema));
      all = both(all, either, schema);
    }
    return withUnevaluated(all, valid, kind);
  }

  private static Map<String, Subschema> dependents(Subschema schema, Kind kind) {
    return kind == Kind.OBJECT ? schema.dependentSchemas() : Map.of();
  }

  private static List<Alternative> plain(Formula formula) {
    return List.of(new Alternative(formula, Evaluated.NOTHING));
  }

  private static List<Alternative> withUnevaluated(List<Alternative> all, Valid valid, Kind kind) {
    Optional<Subschema> rest = valid.schema().schema(keyword(kind));
    if (rest.isEmpty()) {
      return all;
    }
    Predicate predicate = Formulas.inside(valid, rest.get());
    List<Alternative> result = new ArrayList<>();
    for (Alternative alternative : all) {
      Formula remainder = remainder(alternative.evaluated(), predicate, kind);
      result.add(
          new Alternative(
              Logic.and(List.of(alternative.condition(), remainder)), Evaluated.everything(kind)));
    }
    return merged(result);
  }

  private static Formula remainder(Evaluated evaluated, Predicate predicate, Kind kind) {
    if (kind == Kind.OBJECT) {
      Dfa names = evaluated.names().complement();
      return names.isEmpty() ? Logic.TRUE : new Members(names, new Claim(predicate, true));
    }
    if (evaluated.prefix() == Integer.MAX_VALUE) {
      return Logic.TRUE;
    }
    List<Predicate> options = new ArrayList<>(List.of(predicate));
    options.addAll(evaluated.contained());
    Predicate any = options.size() == 1 ? predicate : new Either(options);
    return new ElementsFrom(evaluated.prefix(), new Claim(any, true));
  }

  /// `anyOf` and `oneOf`: which options hold, one after the other.
  private List<Alternative> options(Valid valid, String keyword, Kind kind) {
    boolean exactly = keyword.equals("oneOf");
    List<Alternative> none = plain(Logic.TRUE);
    List<Alternative> some = List.of();
    for (Subschema option : valid.schema().schemas(keyword)) {
      Valid inside = Formulas.inside(valid, option);
      List<Alternative> holds = alternatives(inside, kind);
      List<Alternative> fails = plain(Logic.not(formulas.of(inside, kind)));
      List<Alternative> next = new ArrayList<>(both(some, fails, valid.schema()));
      next.addAll(both(none, holds, valid.schema()));
      if (!exactly) {
        next.addAll(both(some, holds, valid.schema()));
      }
      some = merged(next);
      none = both(none, fails, valid.schema());
    }
    return some;
  }

  private List<Alternative> conditional(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    Valid test = Formulas.inside(valid, schema.schema("if").orElseThrow());
    List<Alternative> result =
        new ArrayList<>(both(alternatives(test, kind), branch(valid, "then", kind), schema));
    List<Alternative> fails = plain(Logic.not(formulas.of(test, kind)));
    result.addAll(both(fails, branch(valid, "else", kind), schema));
    return merged(result);
  }

  private List<Alternative> branch(Valid valid, String keyword, Kind kind) {
    return valid
        .schema()
        .schema(keyword)
        .map(branch -> alternatives(Formulas.inside(valid, branch), kind))
        .orElse(plain(Logic.TRUE));
  }

  private static List<Alternative> both(
      List<Alternative> first, List<Alternative> second, Subschema place) {
    List<Alternative> result = new ArrayList<>();
    for (Alternative one : first) {
      for (Alternative other : second) {
        Formula condition = Logic.and(List.of(one.condition(), other.condition()));
        result.add(new Alternative(condition, one.evaluated().and(other.evaluated())));
      }
    }
    List<Alternative> merged = merged(result);
    if (merged.size() > MOST_ALTERNATIVES) {
      throw new GrammarException(
          "#%s: unevaluated members or elements depend on more than %s alternatives"
              .formatted(place.pointer(), MOST_ALTERNATIVES));
    }
    return merged;
  }

  /// One alternative for each set of evaluated names or elements.
  private static List<Alternative> merged(List<Alternative> alternatives) {
    Map<Evaluated, List<Formula>> conditions = new LinkedHashMap<>();
    for (Alternative alternative : alternatives) {
      if (!alternative.condition().isFalse()) {
        conditions
            .computeIfAbsent(alternative.evaluated(), _ -> new ArrayList<>())
            .add(alternative.condition());
      }
    }
    List<Alternative> merged = new ArrayList<>();
    conditions.forEach(
        (evaluated, formulas) -> merged.add(new Alternative(Logic.or(formulas), evaluated)));
    return merged;
  }
}
