package puna.chat.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.chat.template.python.Value;

/// Names and their values in one part of a template, inside another.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Value> names = new HashMap<>(8);

  Scope() {
    this.outer = null;
  }

  Scope(Scope outer) {
    this.outer = outer;
  }

  void set(String name, Value value) {
    names.put(name, value);
  }

  /// The nearest value of that name, or null.
  @Nullable Value find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.names.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
