package puna.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
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

/// The rules of a grammar that no finished text matches: every text would go on for ever, or a
/// class has no character.
public final class DeadRules {
  private final Grammar grammar;
  private final Set<String> productive = new HashSet<>();

  private DeadRules(Grammar grammar) {
    this.grammar = grammar;
    Map<String, List<String>> users = new HashMap<>();
    grammar
        .rules()
        .forEach((name, rule) ->
            Rules.references(rule)
                .forEach(used -> users.computeIfAbsent(used, _ -> new ArrayList<>()).add(name)));
    ArrayDeque<String> open = new ArrayDeque<>(grammar.rules().keySet());
    while (!open.isEmpty()) {
      String name = open.remove();
      Rule rule = grammar.rules().get(name);
      if (rule != null && !productive.contains(name) && isProductive(rule)) {
        productive.add(name);
        open.addAll(users.getOrDefault(name, List.of()));
      }
    }
  }

  /// The names of the dead rules that the root leads to.
  ///
  /// @throws GrammarException when the root is one of them
  public static Set<String> of(Grammar grammar) {
    DeadRules rules = new DeadRules(grammar);
    Set<String> dead = rules.reached();
    if (dead.contains(grammar.root())) {
      throw new GrammarException(
          "the grammar admits nothing: " + rules.reason(rules.cause(grammar.root())));
    }
    return dead;
  }

  private Set<String> reached() {
    Set<String> dead = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    ArrayDeque<String> open = new ArrayDeque<>(List.of(grammar.root()));
    while (!open.isEmpty()) {
      String name = open.remove();
      Rule rule = grammar.rules().get(name);
      if (rule == null || !seen.add(name)) {
        continue;
      }
      if (!productive.contains(name)) {
        dead.add(name);
      }
      open.addAll(Rules.references(rule));
    }
    return dead;
  }

  /// The rule at the end of the way from dead rule to dead rule.
  private String cause(String name) {
    Set<String> seen = new LinkedHashSet<>();
    String at = name;
    while (seen.add(at)) {
      Rule rule = grammar.rules().getOrDefault(at, new Literal(""));
      for (String used : Rules.references(rule)) {
        if (grammar.rules().containsKey(used) && !productive.contains(used)) {
          at = used;
          break;
        }
      }
    }
    return at;
  }

  private String reason(String name) {
    boolean leaf =
        Rules.references(grammar.rules().getOrDefault(name, new Literal(""))).stream()
            .allMatch(productive::contains);
    return leaf
        ? "no text matches the rule %s".formatted(name)
        : "every text of the rule %s would be infinite".formatted(name);
  }

  private boolean isProductive(Rule rule) {
    return switch (rule) {
      case Literal _, Token _, Marks _, Rule.Spelled _, Rule.Asked _ -> true;
      case CharacterSet(List<Integer> ranges) -> !ranges.isEmpty();
      case Sequence(List<Rule> parts) -> parts.stream().allMatch(this::isProductive);
      case Choice(List<Rule> options) -> options.stream().anyMatch(this::isProductive);
      case Repeat repeat -> repeat.minimum() == 0 || isProductive(repeat.body());
      case Reference(String name) -> productive.contains(name);
    };
  }
}
