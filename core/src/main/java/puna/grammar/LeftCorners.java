package puna.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
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

/// What each rule of a grammar may begin with: whether it may be empty, and which rules stand at
/// its left edge.
///
/// @param nullable the rules that admit the empty text
/// @param order all rules, each before the rules at its left edge
record LeftCorners(Set<String> nullable, List<String> order) {
  private static final int DEEPEST = 1000;

  /// @throws GrammarException when a rule is undefined, nested too deep, or left recursive
  static LeftCorners of(Grammar grammar) {
    Map<String, Rule> rules = grammar.rules();
    for (Map.Entry<String, Rule> rule : rules.entrySet()) {
      check(grammar, rule.getKey(), rule.getValue());
    }
    if (!rules.containsKey(grammar.root())) {
      throw new GrammarException("the grammar has no rule " + grammar.root());
    }
    Set<String> nullable = nullableRules(rules);
    Map<String, Set<String>> edges = new HashMap<>();
    rules.forEach((name, rule) -> {
      Set<String> corners = new LinkedHashSet<>();
      addCorners(rule, nullable, corners);
      edges.put(name, corners);
    });
    return new LeftCorners(nullable, inOrder(rules.keySet(), edges));
  }

  /// Refuses deep nesting before anything descends into the rule by recursion.
  private static void check(Grammar grammar, String name, Rule rule) {
    record Place(Rule rule, int depth) {}
    Deque<Place> open = new ArrayDeque<>(List.of(new Place(rule, 0)));
    while (!open.isEmpty()) {
      Place place = open.pop();
      if (place.depth > DEEPEST) {
        throw new GrammarException("rule %s: nested deeper than %s".formatted(name, DEEPEST));
      }
      if (place.rule instanceof Reference(String target) && !grammar.rules().containsKey(target)) {
        throw new GrammarException(
            "rule %s: refers to the rule %s, which is not defined".formatted(name, target));
      }
      for (Rule inner : Rules.inner(place.rule)) {
        open.push(new Place(inner, place.depth + 1));
      }
    }
  }

  private static Set<String> nullableRules(Map<String, Rule> rules) {
    Map<String, List<String>> users = new HashMap<>();
    rules.forEach((name, rule) -> {
      for (String used : Rules.references(rule)) {
        users.computeIfAbsent(used, key -> new ArrayList<>()).add(name);
      }
    });
    Set<String> nullable = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(rules.keySet());
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

  static boolean isNullable(Rule rule, Set<String> nullable) {
    return switch (rule) {
      case Literal(String text) -> text.isEmpty();
      case Rule.Spelled(String text) -> text.isEmpty();
      case Rule.Asked _ -> true;
      case CharacterSet _, Token _ -> false;
      case Marks _ -> true;
      case Sequence(List<Rule> parts) ->
          parts.stream().allMatch(part -> isNullable(part, nullable));
      case Choice(List<Rule> options) ->
          options.stream().anyMatch(option -> isNullable(option, nullable));
      case Repeat repeat -> repeat.minimum() == 0 || isNullable(repeat.body(), nullable);
      case Reference(String name) -> nullable.contains(name);
    };
  }

  private static void addCorners(Rule rule, Set<String> nullable, Set<String> corners) {
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
  private static List<String> inOrder(Set<String> names, Map<String, Set<String>> edges) {
    List<String> done = new ArrayList<>();
    Set<String> finished = new HashSet<>();
    for (String start : names) {
      Deque<String> path = new ArrayDeque<>();
      Map<String, Deque<String>> left = new HashMap<>();
      path.push(start);
      while (!path.isEmpty()) {
        String name = path.peek();
        if (finished.contains(name)) {
          path.pop();
          continue;
        }
        Deque<String> corners =
            left.computeIfAbsent(name, key -> new ArrayDeque<>(edges.getOrDefault(key, Set.of())));
        if (corners.isEmpty()) {
          finished.add(name);
          done.add(name);
          path.pop();
        } else if (left.containsKey(corners.peek()) && !finished.contains(corners.peek())) {
          throw leftRecursion(corners.pop(), path);
        } else {
          path.push(corners.pop());
        }
      }
    }
    return done.reversed();
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
