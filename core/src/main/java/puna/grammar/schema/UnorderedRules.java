package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.grammar.Demand;
import puna.grammar.Rule;
import puna.grammar.Rule.Asked;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Words;
import puna.grammar.schema.ObjectShape.Named;
import puna.grammar.schema.ObjectShape.Others;

/// Objects whose members come in any order, however many they are: rules say what a member is, and
/// what came and must still come is kept beside them.
final class UnorderedRules {
  private final Values values;

  UnorderedRules(Values values) {
    this.values = values;
  }

  /// True where nothing is asked of the object that goes beyond its members' names.
  static boolean isFor(ObjectShape shape) {
    return shape.maximum() == Integer.MAX_VALUE && shape.witnesses().isEmpty();
  }

  Rule rule(ObjectShape shape) {
    Set<String> required = new LinkedHashSet<>();
    List<Rule> needed = new ArrayList<>();
    List<Rule> members = new ArrayList<>();
    for (Named named : shape.named()) {
      Rule value = values.value(named.claims());
      members.add(member(values.textRules().string(named.name()), value));
      if (named.required()) {
        required.add(named.name());
        needed.add(value);
      }
    }
    for (Others others : shape.others()) {
      members.add(member(values.textRules().string(others.names()), values.value(others.claims())));
    }
    Demand demand = new Demand(Demand.Kind.NAMES, words(shape), required, shape.minimum());
    if (demand.words().filter(words -> words.count(0) < shape.minimum()).isPresent()) {
      return Simplifier.NOTHING;
    }
    Rule member = values.table().named("members", Simplifier.choice(members));
    List<Rule> ways = new ArrayList<>();
    if (required.isEmpty() && shape.minimum() == 0) {
      ways.add(values.layout().close(true, "}"));
    }
    ways.add(
        Simplifier.sequence(
            List.of(
                values.layout().part(true, member),
                Simplifier.repeat(values.layout().next(member), 0, Repeat.UNBOUNDED),
                values.layout().close(false, "}"))));
    Reference object = values.table().reserve("object");
    values
        .table()
        .define(
            object,
            Simplifier.sequence(
                List.of(new Literal("{"), new Asked(demand), Simplifier.choice(ways))));
    values.table().need(object, Simplifier.sequence(needed));
    return object;
  }

  private Rule member(Rule name, Rule value) {
    return Simplifier.sequence(List.of(name, values.layout().colon(), value));
  }

  /// All names, where they may run out.
  private static Optional<Words> words(ObjectShape shape) {
    if (shape.isOpen()) {
      return Optional.empty();
    }
    Dfa names = Dfa.words(shape.named().stream().map(Named::name).toList());
    for (Others others : shape.others()) {
      names = names.or(others.names());
    }
    return Optional.of(new DfaWords(names));
  }
}
