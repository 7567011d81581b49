package puna.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Demand;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.schema.Predicate.Claim;
import puna.grammar.schema.Predicate.Equal;
import puna.grammar.schema.Predicate.Valid;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;

/// Claims to rules: one rule for each set of claims on a value, made when it is first asked for.
final class Values {
  private static final int MOST_FINITE = 64;

  private final RuleTable table = new RuleTable();
  private final TextRules textRules;
  private final OpenRules<Set<Claim>> rules = new OpenRules<>(table, "value");
  private final Map<Set<Claim>, Boolean> impossible = new HashMap<>();
  private final TextSets textSets;
  private final Formulas formulas;
  private final Layout layout;
  private final ArrayRules arrays;
  private final ObjectRules objects;

  private final SchemaOptions.Limits limits;

  Values(SchemaOptions options) {
    this.limits = options.limits();
    this.textRules = new TextRules(table, limits, options.writing().spelling());
    this.textSets = new TextSets(options.formats());
    this.formulas = new Formulas(textSets);
    this.layout = new Layout(options.writing().whitespace(), table);
    this.arrays = new ArrayRules(this);
    this.objects = new ObjectRules(this, options);
  }

  Grammar grammar(Valid schema) {
    Rule root = value(Set.of(new Claim(schema, true)));
    Reference start =
        table.named("root", Simplifier.sequence(List.of(new Rule.Asked(Demand.TEXT), root)));
    rules.writeAll(this::at);
    List<String> way = table.wayToNothing(start);
    if (!way.isEmpty()) {
      throw nothing(way);
    }
    return table.grammar(start);
  }

  private GrammarException nothing(List<String> way) {
    String place = "#";
    for (String name : way) {
      place = rules.state(name).map(Values::place).orElse(place);
    }
    boolean endless = way.indexOf(way.getLast()) < way.size() - 1;
    return new GrammarException(
        place
            + (endless
                ? ": the schema admits nothing: every value would be infinite"
                : ": the schema admits nothing: no value is valid here"));
  }

  RuleTable table() {
    return table;
  }

  TextRules textRules() {
    return textRules;
  }

  Layout layout() {
    return layout;
  }

  /// The text of a value of which all claims hold.
  Rule value(Set<Claim> claims) {
    Set<Claim> needed = new LinkedHashSet<>();
    for (Claim claim : claims) {
      if (claim.isNever() || needed.contains(claim.not())) {
        return Simplifier.NOTHING;
      }
      if (!claim.isAlways()) {
        needed.add(claim);
      }
    }
    return rules.name(needed);
  }

  private Rule at(Set<Claim> claims) {
    try {
      return rule(claims);
    } catch (GrammarException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("#") ? e : new GrammarException(place(claims) + ": " + message);
    }
  }

  private static String place(Set<Claim> claims) {
    for (Claim claim : claims) {
      if (claim.predicate() instanceof Valid valid) {
        return "#" + valid.schema().pointer();
      }
    }
    return "#";
  }

  private Rule rule(Set<Claim> claims) {
    List<Rule> options = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Formula formula = formula(claims, kind);
      if (formula.isFalse()) {
        continue;
      }
      switch (kind) {
        case NULL -> options.add(new Literal("null"));
        case FALSE -> options.add(new Literal("false"));
        case TRUE -> options.add(new Literal("true"));
        case NUMBER -> options.add(textRules.number(textSets.all(List.of(formula), kind)));
        case STRING -> options.add(textRules.string(textSets.all(List.of(formula), kind)));
        case ARRAY -> clauses(formula).forEach(clause -> options.add(arrays.rule(array(clause))));
        case OBJECT -> {
          List<Set<Clauses.Signed>> clauses = clauses(formula);
          clauses.forEach(
              clause -> options.add(objects.rule(ObjectShape.of(clause), clauses.size())));
        }
      }
    }
    return Simplifier.choice(options);
  }

  private ArrayShape array(Set<Clauses.Signed> clause) {
    ArrayShape shape = ArrayShape.of(clause);
    shape.limit(limits.items());
    return shape;
  }

  private List<Set<Clauses.Signed>> clauses(Formula formula) {
    return new Clauses(this::isImpossible).of(formula);
  }

  private Formula formula(Set<Claim> claims, Kind kind) {
    List<Formula> parts = new ArrayList<>();
    for (Claim claim : claims) {
      parts.add(formulas.of(claim, kind));
    }
    return Logic.and(parts);
  }

  /// True where no value can fulfil all claims; false where that is not plain to see.
  private boolean isImpossible(Set<Claim> claims) {
    Boolean known = impossible.get(claims);
    if (known == null) {
      known = true;
      for (Kind kind : Kind.values()) {
        Formula formula = formula(claims, kind);
        boolean texty = kind == Kind.NUMBER || kind == Kind.STRING;
        known &= formula.isFalse() || texty && textSets.all(List.of(formula), kind).isEmpty();
      }
      impossible.put(Set.copyOf(claims), known);
    }
    return known;
  }

  /// All values that fulfil the claims, each once, if they are few.
  Optional<List<JsonValue>> finite(Set<Claim> claims) {
    List<JsonValue> values = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Formula formula = formula(claims, kind);
      if (formula.isFalse()) {
        continue;
      }
      switch (kind) {
        case NULL -> values.add(JsonNull.NULL);
        case FALSE -> values.add(JsonBoolean.FALSE);
        case TRUE -> values.add(JsonBoolean.TRUE);
        case NUMBER, STRING -> {
          Dfa all = textSets.all(List.of(formula), kind);
          Dfa once = kind == Kind.NUMBER ? all.and(NumberLanguage.CANONICAL) : all;
          Optional<List<String>> words = once.words(MOST_FINITE);
          if (words.isEmpty()) {
            return Optional.empty();
          }
          for (String word : words.get()) {
            values.add(kind == Kind.NUMBER ? new JsonNumber(word) : new JsonString(word));
          }
        }
        case ARRAY, OBJECT -> {
          if (!clauses(formula).isEmpty()) {
            return Optional.empty();
          }
        }
      }
    }
    return values.size() <= MOST_FINITE ? Optional.of(values) : Optional.empty();
  }

  /// The texts of all values that fulfil the claims, where those are all strings or all numbers.
  Optional<Dfa> texts(Set<Claim> claims, Kind wanted) {
    for (Kind kind : Kind.values()) {
      if (kind != wanted && !formula(claims, kind).isFalse()) {
        return Optional.empty();
      }
    }
    Dfa all = textSets.all(List.of(formula(claims, wanted)), wanted);
    return Optional.of(wanted == Kind.NUMBER ? all.and(NumberLanguage.CANONICAL) : all);
  }

  Rule exactly(JsonValue value) {
    return value(Set.of(new Claim(new Equal(value), true)));
  }
}
