package puna.server.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A JSON object that is put together, member by member.
public final class Members {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  /// An object without members yet.
  public static Members none() {
    return new Members();
  }

  /// Adds a member of any value.
  public Members put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  /// Adds a string.
  public Members put(String name, String value) {
    return put(name, new JsonString(value));
  }

  /// Adds an integer.
  public Members put(String name, long value) {
    return put(name, JsonNumber.of(value));
  }

  /// Adds a number.
  public Members put(String name, double value) {
    return put(name, JsonNumber.of(value));
  }

  /// Adds a boolean.
  public Members put(String name, boolean value) {
    return put(name, JsonBoolean.of(value));
  }

  /// Adds an object.
  public Members put(String name, Members value) {
    return put(name, value.toJson());
  }

  /// Adds an array.
  public Members put(String name, List<? extends JsonValue> value) {
    return put(name, new JsonArray(List.copyOf(value)));
  }

  /// Adds a member whose value is null.
  public Members putNull(String name) {
    return put(name, JsonNull.NULL);
  }

  /// Adds a string, or null where there is none.
  public Members putOrNull(String name, Optional<String> value) {
    return value.isPresent() ? put(name, value.get()) : putNull(name);
  }

  /// The object.
  public JsonObject toJson() {
    return new JsonObject(members);
  }
}
