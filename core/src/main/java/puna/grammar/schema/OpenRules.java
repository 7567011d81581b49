package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import puna.grammar.Rule;
import puna.grammar.Rule.Reference;

/// One rule for each state that others lead to: named when it is first asked for, written later, so
/// that rules may lead back to themselves and the stack stays low.
///
/// @param <S> what a rule depends on
final class OpenRules<S> {
  private final RuleTable table;
  private final String prefix;
  private final Map<S, Reference> names = new HashMap<>();
  private final ArrayDeque<S> open = new ArrayDeque<>();

  /// @param prefix of the rules' names
  OpenRules(RuleTable table, String prefix) {
    this.table = table;
    this.prefix = prefix;
  }

  Reference name(S state) {
    Reference name = names.get(state);
    if (name == null) {
      name = table.reserve(prefix);
      names.put(state, name);
      open.add(state);
    }
    return name;
  }

  /// Writes the rules of all states that were asked for, and of those that they ask for.
  void writeAll(Function<S, Rule> body) {
    while (!open.isEmpty()) {
      S state = open.remove();
      table.define(name(state), body.apply(state));
    }
  }

  /// The state whose rule has the name.
  Optional<S> state(String name) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().name().equals(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
