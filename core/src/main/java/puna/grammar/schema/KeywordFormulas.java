package puna.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import puna.error.GrammarException;
import puna.grammar.schema.Annotations.Evaluated;
import puna.grammar.schema.Formula.Contains;
import puna.grammar.schema.Formula.ElementAt;
import puna.grammar.schema.Formula.ElementsFrom;
import puna.grammar.schema.Formula.Language;
import puna.grammar.schema.Formula.Members;
import puna.grammar.schema.Formula.Present;
import puna.grammar.schema.Formula.SizeAtLeast;
import puna.grammar.schema.Formula.TextAtLeast;
import puna.grammar.schema.Formula.Unique;
import puna.grammar.schema.Predicate.Claim;
import puna.grammar.schema.Predicate.Equal;
import puna.grammar.schema.Predicate.Valid;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonString;

/// What the keywords of one schema ask, without those that apply other schemas in place.
final class KeywordFormulas {
  private static final int MOST_VALUES = 20_000;

  private final Formulas formulas;
  private final TextSets textSets;

  KeywordFormulas(Formulas formulas, TextSets textSets) {
    this.formulas = formulas;
    this.textSets = textSets;
  }

  Formula own(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    List<Formula> parts = new ArrayList<>();
    parts.add(type(schema, kind));
    schema.get("const").ifPresent(value -> parts.add(oneOf(schema, "const", List.of(value), kind)));
    schema.get("enum").ifPresent(values -> parts.add(enumerated(schema, values, kind)));
    switch (kind) {
      case NULL, TRUE, FALSE -> {}
      case NUMBER -> number(schema, parts);
      case STRING -> string(schema, parts);
      case ARRAY -> array(valid, parts);
      case OBJECT -> object(valid, parts);
    }
    return Logic.and(parts);
  }

  private static Formula type(Subschema schema, Kind kind) {
    Optional<JsonValue> type = schema.get("type");
    if (type.isEmpty()) {
      return Logic.TRUE;
    }
    List<String> names =
        type.get() instanceof JsonString(String name)
            ? List.of(name)
            : schema.texts("type", type.get());
    for (String name : names) {
      if (Kind.named(name).isEmpty()) {
        throw schema.refusal("type", "must be made of the seven types' names");
      }
    }
    if (kind == Kind.NUMBER && !names.contains("number")) {
      boolean digits = schema.document().draft() == Draft.DRAFT_04;
      Dfa integers = digits ? NumberLanguage.DIGITS : NumberLanguage.INTEGERS;
      return names.contains("integer") ? new Language(integers) : Logic.FALSE;
    }
    if (kind == Kind.NULL && isNullable(schema)) {
      return Logic.TRUE;
    }
    return Logic.of(names.stream().anyMatch(name -> Kind.named(name).contains(kind)));
  }

  private static boolean isNullable(Subschema schema) {
    return schema.get("nullable").orElse(JsonBoolean.FALSE) == JsonBoolean.TRUE;
  }

  private Formula enumerated(Subschema schema, JsonValue values, Kind kind) {
    if (!(values instanceof JsonArray(List<JsonValue> elements))) {
      throw schema.refusal("enum", "must be an array");
    }
    if (elements.size() > MOST_VALUES) {
      throw schema.refusal("enum", "may have at most %s values".formatted(MOST_VALUES));
    }
    return oneOf(schema, "enum", elements, kind);
  }

  private Formula oneOf(Subschema schema, String keyword, List<JsonValue> values, Kind kind) {
    if (kind == Kind.STRING) {
      List<String> words = new ArrayList<>();
      for (JsonValue value : values) {
        if (value instanceof JsonString(String text)) {
          words.add(text);
        }
      }
      return words.isEmpty() ? Logic.FALSE : language(schema, keyword, () -> Dfa.words(words));
    }
    try {
      return Logic.or(values.stream().map(value -> formulas.of(new Equal(value), kind)).toList());
    } catch (GrammarException e) {
      throw schema.refusal(keyword, e);
    }
  }

  private void number(Subschema schema, List<Formula> parts) {
    boolean above = isExclusive(schema, "exclusiveMinimum");
    bound(schema, "minimum", order -> above ? order > 0 : order >= 0, parts);
    bound(schema, "exclusiveMinimum", order -> order > 0, parts);
    boolean below = isExclusive(schema, "exclusiveMaximum");
    bound(schema, "maximum", order -> below ? order < 0 : order <= 0, parts);
    bound(schema, "exclusiveMaximum", order -> order < 0, parts);
    if (textSets.assertsFormats()) {
      schema
          .text("format")
          .flatMap(NumberFormats::range)
          .ifPresent(range -> {
            parts.add(new Language(NumberLanguage.compared(range.least(), order -> order >= 0)));
            parts.add(new Language(NumberLanguage.compared(range.most(), order -> order <= 0)));
          });
    }
    Optional<BigDecimal> factor = schema.number("multipleOf");
    if (factor.isPresent()) {
      if (factor.get().signum() <= 0) {
        throw schema.refusal("multipleOf", "must be greater than 0");
      }
      parts.add(language(schema, "multipleOf", () -> NumberLanguage.multiplesOf(factor.get())));
    }
  }

  /// Draft 04 and OpenAPI 3.0: whether the bound itself is out.
  private static boolean isExclusive(Subschema schema, String keyword) {
    return schema.get(keyword).orElse(JsonBoolean.FALSE) == JsonBoolean.TRUE;
  }

  private static void bound(
      Subschema schema, String keyword, IntPredicate wanted, List<Formula> parts) {
    if (schema.get(keyword).orElse(null) instanceof JsonBoolean) {
      return;
    }
    schema
        .number(keyword)
        .ifPresent(value ->
            parts.add(language(schema, keyword, () -> NumberLanguage.compared(value, wanted))));
  }

  private static Formula language(
      Subschema schema, String keyword, java.util.function.Supplier<Dfa> texts) {
    try {
      return new Language(texts.get());
    } catch (GrammarException e) {
      throw schema.refusal(keyword, e);
    }
  }

  private void string(Subschema schema, List<Formula> parts) {
    schema
        .count("minLength")
        .filter(length -> length > 0)
        .ifPresent(length -> parts.add(new TextAtLeast(length, place(schema, "minLength"))));
    int longest = schema.count("maxLength").orElse(Integer.MAX_VALUE);
    String format = textSets.assertsFormats() ? schema.text("format").orElse("") : "";
    Optional<String> bounded = BoundedFormats.expression(format, longest);
    boolean implied =
        bounded.isPresent() && !BoundedFormats.isCounted(longest)
            || BoundedFormats.isImplied(format, longest);
    if (longest < Integer.MAX_VALUE && !implied) {
      parts.add(Logic.not(new TextAtLeast(longest + 1, place(schema, "maxLength"))));
    }
    schema
        .text("pattern")
        .ifPresent(
            pattern -> parts.add(new Language(textSets.matching(pattern, schema, "pattern"))));
    bounded
        .or(() -> Formats.expression(format))
        .ifPresent(expression -> parts.add(formatted(schema, expression, format)));
  }

  private Formula formatted(Subschema schema, String expression, String format) {
    return new Formula.Formatted(textSets.matching(expression, schema, "format"), format, schema);
  }

  private static String place(Subschema schema, String keyword) {
    return "#" + schema.pointer() + "/" + keyword;
  }

  private static void size(Subschema schema, String least, String most, List<Formula> parts) {
    schema
        .count(least)
        .filter(size -> size > 0)
        .ifPresent(size -> parts.add(new SizeAtLeast(size, place(schema, least))));
    schema
        .count(most)
        .filter(size -> size < Integer.MAX_VALUE)
        .ifPresent(size -> parts.add(Logic.not(new SizeAtLeast(size + 1, place(schema, most)))));
  }

  private void array(Valid valid, List<Formula> parts) {
    Subschema schema = valid.schema();
    size(schema, "minItems", "maxItems", parts);
    List<Subschema> prefix = schema.prefix();
    for (int i = 0; i < prefix.size(); i++) {
      parts.add(new ElementAt(i, claim(valid, prefix.get(i))));
    }
    schema
        .rest()
        .ifPresent(items -> parts.add(new ElementsFrom(prefix.size(), claim(valid, items))));
    schema
        .schema("contains")
        .ifPresent(contains -> {
          Claim claim = claim(valid, contains);
          int least = schema.count("minContains").orElse(1);
          if (least > 0) {
            parts.add(new Contains(0, claim, least));
          }
          schema
              .count("maxContains")
              .filter(most -> most < Integer.MAX_VALUE)
              .ifPresent(most -> parts.add(Logic.not(new Contains(0, claim, most + 1))));
        });
    if (schema.get("uniqueItems").orElse(JsonBoolean.FALSE) == JsonBoolean.TRUE) {
      parts.add(new Unique(place(schema, "uniqueItems")));
    }
  }

  private static Claim claim(Valid from, Subschema schema) {
    return new Claim(Formulas.inside(from, schema), true);
  }

  private void object(Valid valid, List<Formula> parts) {
    Subschema schema = valid.schema();
    size(schema, "minProperties", "maxProperties", parts);
    schema.texts("required").forEach(name -> parts.add(new Present(name)));
    schema
        .schemasByName("properties")
        .forEach((name, property) ->
            parts.add(new Members(Dfa.words(List.of(name)), claim(valid, property))));
    schema
        .schemasByName("patternProperties")
        .forEach((pattern, property) ->
            parts.add(
                new Members(
                    textSets.matching(pattern, schema, "patternProperties"),
                    claim(valid, property))));
    schema
        .schema("additionalProperties")
        .ifPresent(additional ->
            parts.add(new Members(namedOrMatched(schema).complement(), claim(valid, additional))));
    schema
        .schema("propertyNames")
        .ifPresent(names -> {
          Formula allowed = formulas.of(Formulas.inside(valid, names), Kind.STRING);
          parts.add(
              new Members(textSets.all(List.of(allowed), Kind.STRING).complement(), Claim.NEVER));
        });
    dependent(schema, "dependentRequired", parts);
    dependent(schema, "dependencies", parts);
  }

  private static void dependent(Subschema schema, String keyword, List<Formula> parts) {
    for (Map.Entry<String, JsonValue> entry : schema.members(keyword).entrySet()) {
      if (keyword.equals("dependencies") && !(entry.getValue() instanceof JsonArray)) {
        continue; // a schema, which is applied in place
      }
      List<Formula> needed = new ArrayList<>();
      schema.texts(keyword, entry.getValue()).forEach(name -> needed.add(new Present(name)));
      Formula absent = Logic.not(new Present(entry.getKey()));
      parts.add(Logic.or(List.of(absent, Logic.and(needed))));
    }
  }

  private Dfa namedOrMatched(Subschema schema) {
    Set<String> names = new TreeSet<>(schema.members("properties").keySet());
    Dfa result = names.isEmpty() ? Dfa.NONE : Dfa.words(names);
    for (String pattern : schema.members("patternProperties").keySet()) {
      result = result.or(textSets.matching(pattern, schema, "patternProperties"));
    }
    return result;
  }

  /// What these keywords count as evaluated.
  Evaluated evaluated(Valid valid, Kind kind) {
    Subschema schema = valid.schema();
    if (kind == Kind.OBJECT) {
      boolean all = schema.get("additionalProperties").isPresent();
      return Evaluated.names(all ? Dfa.ANY : namedOrMatched(schema));
    }
    int prefix = schema.rest().isPresent() ? Integer.MAX_VALUE : schema.prefix().size();
    List<Predicate> contained = new ArrayList<>();
    if (schema.document().draft().countsContained()) {
      schema.schema("contains").ifPresent(item -> contained.add(Formulas.inside(valid, item)));
    }
    return Evaluated.items(prefix, Set.copyOf(contained));
  }
}
