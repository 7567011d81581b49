package puna.chat.template.python;

import java.util.LinkedHashMap;
import java.util.Map;

/// The one thing that a template can change in place: named values that outlive a loop's rounds.
public final class Namespace implements Value {
  private final Map<String, Value> members;

  public Namespace(Map<String, Value> members) {
    this.members = new LinkedHashMap<>(members);
  }

  public Value get(String name) {
    Value value = members.get(name);
    return value == null ? new Undefined("the namespace has no attribute '" + name + "'") : value;
  }

  Map<String, Value> members() {
    return members;
  }

  public void set(String name, Value value) {
    members.put(name, value);
  }
}
