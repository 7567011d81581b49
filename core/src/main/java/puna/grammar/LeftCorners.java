package puna.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// What each rule of a grammar may begin with.
///
/// @param nullable the rules that admit the empty text
public record LeftCorners(Set<String> nullable) {
  private static final int DEEPEST = 1000;

  /// @throws GrammarException when a rule is undefined, nested too deep, or left recursive
  public static LeftCorners of(Grammar grammar) {
    Map<String, Rule> rules = grammar.rules();
    rules.forEach((name, rule) -> {
      // before anything descends into the rule by recursion
      if (Parts.depth(rule) > DEEPEST) {
        throw new GrammarException("rule %s: nested deeper than %s".formatted(name, DEEPEST));
      }
      checkReferences(grammar, name, rule);
    });
    if (!rules.containsKey(grammar.root())) {
      throw new GrammarException("the grammar has no rule " + grammar.root());
    }
    Set<String> nullable = nullableRules(rules);
    Map<String, Set<String>> edges = new LinkedHashMap<>();
    rules.forEach((name, rule) -> {
      Set<String> corners = new LinkedHashSet<>();
      addCorners(rule, nullable, corners);
      if (!corners.isEmpty()) {
        edges.put(name, corners);
      }
    });
    checkRecursion(edges);
    return new LeftCorners(nullable);
  }

  private static void checkReferences(Grammar grammar, String name, Rule rule) {
    if (rule instanceof Reference(String target) && !grammar.rules().containsKey(target)) {
      throw new GrammarException(
          "rule %s: refers to the rule %s, which is not defined".formatted(name, target));
    }
    for (Rule inner : Rules.inner(rule)) {
      if (inner.hasReference()) {
        checkReferences(grammar, name, inner);
      }
    }
  }

  private static Set<String> nullableRules(Map<String, Rule> rules) {
    Map<String, List<String>> users = new HashMap<>();
    Deque<String> open = new ArrayDeque<>();
    rules.forEach((name, rule) -> {
      if (isNullable(rule, rules.keySet())) { // most are not, whatever they call
        open.push(name);
        for (String used : Rules.references(rule)) {
          users.computeIfAbsent(used, key -> new ArrayList<>()).add(name);
        }
      }
    });
    Set<String> nullable = new HashSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      Rule rule = rules.get(name);
      if (rule != null && !nullable.contains(name) && isNullable(rule, nullable)) {
        nullable.add(name);
        open.addAll(users.getOrDefault(name, List.of()));
      }
    }
    return nullable;
  }

  public static boolean isNullable(Rule rule, Set<String> nullable) {
    return switch (rule) {
      case Literal(String text) -> text.isEmpty();
      case Rule.Spelled(String text) -> text.isEmpty();
      case Rule.Asked _ -> true;
      case CharacterSet _, Token _ -> false;
      case Marks _ -> true;
      case Sequence(List<Rule> parts) -> {
        for (Rule part : parts) {
          if (!isNullable(part, nullable)) {
            yield false;
          }
        }
        yield true;
      }
      case Choice(List<Rule> options) -> {
        for (Rule option : options) {
          if (isNullable(option, nullable)) {
            yield true;
          }
        }
        yield false;
      }
      case Repeat repeat -> repeat.minimum() == 0 || isNullable(repeat.body(), nullable);
      case Reference(String name) -> nullable.contains(name);
    };
  }

  private static void addCorners(Rule rule, Set<String> nullable, Set<String> corners) {
    if (!rule.hasReference()) {
      return;
    }
    switch (rule) {
      case Literal _, CharacterSet _, Token _, Marks _, Rule.Spelled _, Rule.Asked _ -> {}
      case Sequence(List<Rule> parts) -> {
        for (Rule part : parts) {
          addCorners(part, nullable, corners);
          if (!isNullable(part, nullable)) {
            return;
          }
        }
      }
      case Choice(List<Rule> options) ->
          options.forEach(option -> addCorners(option, nullable, corners));
      case Repeat repeat -> {
        if (repeat.maximum() != 0) {
          addCorners(repeat.body(), nullable, corners);
        }
      }
      case Reference(String name) -> corners.add(name);
    }
  }

  /// Depth first without recursion: a rule is done when all its corners are.
  private static void checkRecursion(Map<String, Set<String>> edges) {
    Set<String> finished = new HashSet<>();
    Map<String, Iterator<String>> left = new HashMap<>();
    Deque<String> path = new ArrayDeque<>();
    for (String start : edges.keySet()) {
      path.push(start);
      while (!path.isEmpty()) {
        String name = path.peek();
        if (finished.contains(name)) {
          path.pop();
          continue;
        }
        Iterator<String> corners =
            left.computeIfAbsent(name, key -> edges.getOrDefault(key, Set.of()).iterator());
        if (!corners.hasNext()) {
          finished.add(name);
          path.pop();
          continue;
        }
        String corner = corners.next();
        if (left.containsKey(corner) && !finished.contains(corner)) {
          throw leftRecursion(corner, path);
        }
        if (edges.containsKey(corner)) {
          path.push(corner);
        }
      }
    }
  }

  private static GrammarException leftRecursion(String name, Deque<String> path) {
    List<String> cycle = new ArrayList<>();
    for (String rule : path) {
      cycle.addFirst(rule);
      if (rule.equals(name)) {
        break;
      }
    }
    cycle.add(name);
    return new GrammarException(
        "rule %s: left recursion is not supported (%s); write it as a repetition"
            .formatted(name, String.join(" -> ", cycle)));
  }
}
