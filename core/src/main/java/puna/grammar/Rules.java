package puna.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// Facts about rules, and rules out of others.
public final class Rules {
  private Rules() {}

  /// True where a rule without references admits the empty text.
  static boolean isNullable(Rule rule) {
    return switch (rule) {
      case Literal(String text) -> text.isEmpty();
      case Rule.Spelled(String text) -> text.isEmpty();
      case Rule.Asked _ -> true;
      case CharacterSet _ -> false;
      case Sequence(List<Rule> parts) -> parts.stream().allMatch(Rules::isNullable);
      case Choice(List<Rule> options) -> options.stream().anyMatch(Rules::isNullable);
      case Repeat repeat -> repeat.minimum() == 0 || isNullable(repeat.body());
      case Reference _ -> false;
      case Token _ -> false;
      case Marks _ -> true;
    };
  }

  /// The number of nodes of a rule, counted up to `limit`.
  public static int size(Rule rule, int limit) {
    return (int) Math.min(Parts.nodes(rule), limit);
  }

  /// The rules that a rule is made of.
  public static List<Rule> inner(Rule rule) {
    return switch (rule) {
      case Sequence(List<Rule> parts) -> parts;
      case Choice(List<Rule> options) -> options;
      case Repeat repeat -> List.of(repeat.body());
      case Literal _, CharacterSet _, Reference _, Token _, Marks _, Rule.Spelled _, Rule.Asked _ ->
          List.of();
    };
  }

  /// True where a rule itself repeats something without bound.
  public static boolean hasLoop(Rule rule) {
    return Parts.hasLoop(rule);
  }

  /// True where a rule itself, not one that it calls, sets marks or asks for them.
  public static boolean hasMarks(Rule rule) {
    return Parts.hasMarks(rule);
  }

  /// The names of the rules that a rule refers to.
  public static Set<String> references(Rule rule) {
    Set<String> names = new LinkedHashSet<>();
    Deque<Rule> open = new ArrayDeque<>(List.of(rule));
    while (!open.isEmpty()) {
      Rule next = open.pop();
      if (next instanceof Reference(String name)) {
        names.add(name);
      }
      for (Rule part : inner(next)) {
        if (Parts.hasReference(part)) {
          open.push(part);
        }
      }
    }
    return names;
  }

  /// One rule after the other, without needless nesting.
  static Rule sequence(Rule first, Rule second) {
    if (first.equals(new Literal(""))) {
      return second;
    }
    if (second.equals(new Literal(""))) {
      return first;
    }
    List<Rule> parts = new ArrayList<>();
    addParts(parts, first);
    addParts(parts, second);
    return new Sequence(parts);
  }

  private static void addParts(List<Rule> parts, Rule rule) {
    if (rule instanceof Sequence(List<Rule> inner)) {
      parts.addAll(inner);
    } else {
      parts.add(rule);
    }
  }
}
