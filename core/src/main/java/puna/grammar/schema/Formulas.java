package puna.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.schema.Predicate.Claim;
import puna.grammar.schema.Predicate.Either;
import puna.grammar.schema.Predicate.Equal;
import puna.grammar.schema.Predicate.Valid;
import puna.grammar.schema.Subschema.Resource;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// What schemas ask of each kind of value. Applicators in place are inlined; what is inside an
/// element or member stays a claim on it, so that schemas may contain themselves.
final class Formulas {
  private static final int DEEPEST = 400;

  private final Map<Key, Formula> known = new HashMap<>();
  private final Set<Key> open = new HashSet<>();
  private final KeywordFormulas keywords;
  private final Annotations annotations = new Annotations(this);

  private record Key(Predicate predicate, Kind kind) {}

  Formulas(TextSets textSets) {
    this.keywords = new KeywordFormulas(this, textSets);
  }

  /// The values of a kind for which a claim holds.
  Formula of(Claim claim, Kind kind) {
    Formula formula = of(claim.predicate(), kind);
    return claim.positive() ? formula : Logic.not(formula);
  }

  Formula of(Predicate predicate, Kind kind) {
    return switch (predicate) {
      case Valid valid -> of(valid, kind);
      case Equal(JsonValue value) -> equal(value, kind);
      case Either(List<Predicate> options) ->
          Logic.or(options.stream().map(option -> of(option, kind)).toList());
    };
  }

  private Formula of(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    if (schema.json() instanceof JsonBoolean truth) {
      return Logic.of(truth == JsonBoolean.TRUE);
    }
    Key key = new Key(valid, kind);
    Formula formula = known.get(key);
    if (formula != null) {
      return formula;
    }
    enter(key, schema);
    if (annotations.isAsked(schema, kind)) {
      formula =
          Logic.or(
              annotations.alternatives(valid, kind).stream()
                  .map(Annotations.Alternative::condition)
                  .toList());
    } else {
      List<Formula> parts = new ArrayList<>(List.of(keywords.own(valid, kind)));
      addInPlace(valid, kind, parts);
      formula = Logic.and(parts);
    }
    open.remove(key);
    known.put(key, formula);
    return formula;
  }

  private void enter(Key key, Subschema schema) {
    if (!open.add(key)) {
      throw schema.refusal(
          schema.get("$ref").isPresent() ? "$ref" : "$dynamicRef",
          "leads back to itself without going into a value");
    }
    if (open.size() > DEEPEST) {
      throw new GrammarException(
          "#%s: schemas may be nested at most %s levels in one place"
              .formatted(schema.pointer(), DEEPEST));
    }
  }

  private void addInPlace(Valid valid, Kind kind, List<Formula> parts) {
    Subschema schema = valid.schema();
    referenced(valid).forEach(target -> parts.add(of(target, kind)));
    schema.schemas("allOf").forEach(part -> parts.add(of(inside(valid, part), kind)));
    if (schema.get("anyOf").isPresent()) {
      parts.add(Logic.or(all(valid, "anyOf", kind)));
    }
    if (schema.get("oneOf").isPresent()) {
      parts.add(exactlyOne(all(valid, "oneOf", kind)));
    }
    schema
        .schema("not")
        .ifPresent(negated -> parts.add(Logic.not(of(inside(valid, negated), kind))));
    parts.add(conditional(valid, kind));
    if (kind == Kind.OBJECT) {
      schema
          .dependentSchemas()
          .forEach((name, dependent) ->
              parts.add(
                  Logic.or(
                      List.of(
                          Logic.not(new Formula.Present(name)),
                          of(inside(valid, dependent), kind)))));
    }
  }

  private List<Formula> all(Valid valid, String keyword, Kind kind) {
    return valid.schema().schemas(keyword).stream()
        .map(option -> of(inside(valid, option), kind))
        .toList();
  }

  /// One option holds and no other. What options exclude each other by is left to the clauses.
  static Formula exactlyOne(List<Formula> options) {
    List<Formula> alternatives = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).isFalse()) {
        continue;
      }
      List<Formula> parts = new ArrayList<>(List.of(options.get(i)));
      for (int j = 0; j < options.size(); j++) {
        if (i != j) {
          parts.add(Logic.not(options.get(j)));
        }
      }
      alternatives.add(Logic.and(parts));
    }
    return Logic.or(alternatives);
  }

  private Formula conditional(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    Optional<Subschema> condition = schema.schema("if");
    if (condition.isEmpty()) {
      return Logic.TRUE;
    }
    Formula test = of(inside(valid, condition.get()), kind);
    Formula then = branch(valid, "then", kind);
    Formula otherwise = branch(valid, "else", kind);
    if (then.isTrue() && otherwise.isTrue()) {
      return Logic.TRUE;
    }
    return Logic.or(
        List.of(Logic.and(List.of(test, then)), Logic.and(List.of(Logic.not(test), otherwise))));
  }

  private Formula branch(Valid valid, String keyword, Kind kind) {
    return valid
        .schema()
        .schema(keyword)
        .map(schema -> of(inside(valid, schema), kind))
        .orElse(Logic.TRUE);
  }

  Formula own(Valid valid, Kind kind) {
    return keywords.own(valid, kind);
  }

  Annotations.Evaluated evaluated(Valid valid, Kind kind) {
    return keywords.evaluated(valid, kind);
  }

  /// The targets of `$ref`, `$dynamicRef` and `$recursiveRef`.
  List<Valid> referenced(Valid valid) {
    Subschema schema = valid.schema();
    SchemaDocument document = schema.document();
    List<Valid> targets = new ArrayList<>();
    schema
        .text("$ref")
        .ifPresent(
            reference -> targets.add(inside(valid, document.resolve(schema, "$ref", reference))));
    schema
        .text("$dynamicRef")
        .ifPresent(reference ->
            targets.add(
                inside(
                    valid,
                    dynamicTarget(
                        valid, document.resolve(schema, "$dynamicRef", reference), reference))));
    schema
        .text("$recursiveRef")
        .ifPresent(reference ->
            targets.add(
                inside(
                    valid,
                    dynamicTarget(
                        valid,
                        document.resolve(schema, "$recursiveRef", reference),
                        "#" + SchemaDocument.RECURSIVE))));
    return targets;
  }

  private static Subschema dynamicTarget(Valid valid, Subschema first, String reference) {
    String anchor = reference.substring(reference.indexOf('#') + 1);
    if (first.resource().dynamicAnchors().get(anchor) != first) {
      return first;
    }
    for (Resource resource : valid.scope()) {
      Subschema outer = resource.dynamicAnchors().get(anchor);
      if (outer != null) {
        return outer;
      }
    }
    return first;
  }

  /// A schema as seen from another that leads to it.
  static Valid inside(Valid from, Subschema schema) {
    List<Resource> scope = from.scope();
    if (schema.document().isDynamic() && !scope.contains(schema.resource())) {
      scope = new ArrayList<>(scope);
      scope.add(schema.resource());
    }
    return new Valid(schema, scope);
  }

  static Valid root(SchemaDocument document) {
    return inside(new Valid(document.root(), List.of()), document.root());
  }

  private static Formula equal(JsonValue value, Kind kind) {
    return switch (value) {
      case JsonNull _ -> Logic.of(kind == Kind.NULL);
      case JsonBoolean truth ->
          Logic.of(kind == (truth == JsonBoolean.TRUE ? Kind.TRUE : Kind.FALSE));
      case JsonNumber(String text) ->
          kind == Kind.NUMBER
              ? new Formula.Language(
                  NumberLanguage.compared(NumberLanguage.parse(text), order -> order == 0))
              : Logic.FALSE;
      case JsonString(String text) ->
          kind == Kind.STRING ? new Formula.Language(Dfa.words(List.of(text))) : Logic.FALSE;
      case JsonArray(List<JsonValue> elements) ->
          kind == Kind.ARRAY ? equalElements(elements) : Logic.FALSE;
      case JsonObject(Map<String, JsonValue> members) ->
          kind == Kind.OBJECT ? equalMembers(members) : Logic.FALSE;
    };
  }

  private static Formula equalElements(List<JsonValue> elements) {
    List<Formula> parts = new ArrayList<>();
    parts.add(new Formula.SizeAtLeast(elements.size(), "const"));
    parts.add(Logic.not(new Formula.SizeAtLeast(elements.size() + 1, "const")));
    for (int i = 0; i < elements.size(); i++) {
      parts.add(new Formula.ElementAt(i, new Claim(new Equal(elements.get(i)), true)));
    }
    return Logic.and(parts);
  }

  private static Formula equalMembers(Map<String, JsonValue> members) {
    List<Formula> parts = new ArrayList<>();
    members.forEach((name, value) -> {
      parts.add(new Formula.Present(name));
      parts.add(new Formula.Members(Dfa.words(List.of(name)), new Claim(new Equal(value), true)));
    });
    parts.add(new Formula.Members(Dfa.words(members.keySet()).complement(), Claim.NEVER));
    return Logic.and(parts);
  }
}
