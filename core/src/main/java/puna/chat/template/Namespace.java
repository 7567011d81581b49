package puna.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;

/// The one thing that a template can change in place: named values that outlive a loop's rounds.
final class Namespace implements Value {
  private final Map<String, Value> members;

  Namespace(Map<String, Value> members) {
    this.members = new LinkedHashMap<>(members);
  }

  Value get(String name) {
    Value value = members.get(name);
    return value == null ? new Undefined("the namespace has no attribute '" + name + "'") : value;
  }

  Map<String, Value> members() {
    return members;
  }

  void set(String name, Value value) {
    members.put(name, value);
  }
}
