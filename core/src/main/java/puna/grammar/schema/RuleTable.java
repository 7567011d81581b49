package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.Work;

/// The rules of a grammar as it grows.
final class RuleTable {
  private static final int MOST_RULES = 30_000;
  private static final int STEPS_OF_A_RULE = 20;

  private final LinkedHashMap<String, Rule> rules = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Reference> shared = new HashMap<>();
  private int reserved;

  private final Set<String> known = new HashSet<>();
  private final Set<String> finished = new HashSet<>(); // of the known rules, the productive ones

  /// A name whose rule comes later.
  Reference reserve(String prefix) {
    int number = numbers.merge(prefix, 1, Integer::sum);
    Work.spend(STEPS_OF_A_RULE);
    if (++reserved > MOST_RULES) {
      throw new GrammarException(
          "the schema's grammar has more than %s rules".formatted(MOST_RULES));
    }
    return new Reference(prefix + "-" + number);
  }

  void define(Reference name, Rule rule) {
    rules.put(name.name(), rule);
  }

  Reference named(String prefix, Rule rule) {
    Reference name = reserve(prefix);
    define(name, rule);
    return name;
  }

  /// A rule that is made once.
  Reference shared(String name, Supplier<Rule> rule) {
    Reference known = shared.get(name);
    if (known == null) {
      known = new Reference(name);
      shared.put(name, known);
      rules.put(name, rule.get());
    }
    return known;
  }

  /// The grammar without rules that no finished text can use. Without any finished text at all, the
  /// root admits nothing.
  Grammar grammar(Reference root) {
    Set<String> productive = productive();
    Map<String, Rule> kept = new LinkedHashMap<>();
    ArrayDeque<String> open = new ArrayDeque<>(List.of(root.name()));
    while (!open.isEmpty()) {
      String name = open.remove();
      if (kept.containsKey(name)) {
        continue;
      }
      Rule rule = rules.get(name);
      if (rule == null) {
        throw new IllegalStateException("no rule " + name);
      }
      Rule pruned = Productive.of(rule, productive).pruned(rule);
      kept.put(name, pruned);
      addReferences(pruned, open);
    }
    return new Grammar(kept, root.name());
  }

  /// Where the way from one rule without a finished text to the next one ends; nothing where the
  /// root has a finished text.
  List<String> wayToNothing(Reference root) {
    Set<String> productive = productive();
    Set<String> way = new java.util.LinkedHashSet<>();
    String at = productive.contains(root.name()) ? null : root.name();
    while (at != null && way.add(at)) {
      ArrayDeque<String> used = new ArrayDeque<>();
      addReferences(rules.getOrDefault(at, Simplifier.NOTHING), used);
      at = used.stream().filter(name -> !productive.contains(name)).findFirst().orElse(null);
    }
    List<String> names = new java.util.ArrayList<>(way);
    if (at != null) {
      names.add(at); // it leads back to itself
    }
    return names;
  }

  private Set<String> productive() {
    if (known.size() != rules.size()) {
      known.clear();
      known.addAll(rules.keySet());
      finished.clear();
      finished.addAll(findProductive());
    }
    return finished;
  }

  // Rules are mostly defined before those that they call, so that one way back finds nearly all.
  private Set<String> findProductive() {
    Set<String> productive = new HashSet<>();
    List<String> left = new ArrayList<>();
    for (Map.Entry<String, Rule> rule : rules.sequencedEntrySet().reversed()) {
      if (Productive.of(rule.getValue(), productive).test(rule.getValue())) {
        productive.add(rule.getKey());
      } else {
        left.add(rule.getKey());
      }
    }
    addProductive(left, productive);
    return productive;
  }

  private void addProductive(List<String> left, Set<String> productive) {
    Map<String, List<String>> users = new HashMap<>();
    for (String name : left) {
      ArrayDeque<String> used = new ArrayDeque<>();
      addReferences(rules.getOrDefault(name, Simplifier.NOTHING), used);
      used.forEach(other -> users.computeIfAbsent(other, _ -> new ArrayList<>()).add(name));
    }
    ArrayDeque<String> open = new ArrayDeque<>(left);
    while (!open.isEmpty()) {
      String name = open.remove();
      Rule rule = rules.get(name);
      if (rule != null
          && !productive.contains(name)
          && Productive.of(rule, productive).test(rule)) {
        productive.add(name);
        open.addAll(users.getOrDefault(name, List.of()));
      }
    }
  }

  private static void addReferences(Rule rule, ArrayDeque<String> into) {
    switch (rule) {
      case Sequence(List<Rule> parts) -> addReferences(parts, into);
      case Choice(List<Rule> options) -> addReferences(options, into);
      case Repeat repeat -> addReferences(repeat.body(), into);
      case Reference(String name) -> into.add(name);
      case Literal _, Token _, CharacterSet _, Marks _, Rule.Spelled _, Rule.Asked _ -> {}
    }
  }

  private static void addReferences(List<Rule> rules, ArrayDeque<String> into) {
    for (Rule rule : rules) {
      if (rule.hasReference()) {
        addReferences(rule, into);
      }
    }
  }
}
